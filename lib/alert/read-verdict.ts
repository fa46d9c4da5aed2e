/** Owns what a verdict means to the state machine; knows nothing of memory or states. */
import type { JudgedMonitor } from '@/lib/alert/advance-input'
import type { Verdict } from '@/lib/domain/evaluation'
import { BREACH_VERDICTS } from '@/lib/domain/evaluation'
import { getMetric } from '@/lib/domain/metric'
import type { Monitor } from '@/lib/domain/monitor'

/**
 * What one window says. The first three are evidence; `quiet`, a value within its limit from too little data for a
 * verdict, is evidence against firing and none for recovering; the others neither breach nor calm. `ended`: no window
 * says anything more, the version no longer serves.
 */
export const SIGNALS = [
  'breach',
  'between',
  'calm',
  'quiet',
  'unknown',
  'no_data',
  'error',
  'stale',
  'ended',
] as const
export type Signal = (typeof SIGNALS)[number]

export function isEvidence(signal: Signal): signal is 'breach' | 'between' | 'calm' {
  return signal === 'breach' || signal === 'between' || signal === 'calm'
}

/**
 * How far a value has gone towards its limit: 1 at the limit, more beyond it; null where that cannot be said.
 * A metric that is bad when it falls counts the other way round.
 */
export function limitRatio(monitor: Monitor, result: JudgedMonitor): number | null {
  const { value, limit, detail } = result
  if (typeof detail.limitRatio === 'number') return detail.limitRatio
  if (value === null || limit === null) return null
  const { bad } = getMetric(monitor.metric)
  if (bad === 'up' && limit > 0) return value / limit
  if (bad === 'down' && value > 0) return limit / value
  return null
}

/** What this result says to the state machine of its monitor. */
export function readVerdict(monitor: Monitor, result: JudgedMonitor): Signal {
  // For the monitor that watches for absence, absence is the breach.
  if (monitor.cause === 'no_data' && result.verdict === 'no_data') return 'breach'
  if (BREACH_VERDICTS.has(result.verdict)) return 'breach'
  switch (result.verdict) {
    case 'ok':
    case 'possible': {
      if (getMetric(monitor.metric).bad !== 'up' && typeof result.detail.limitRatio !== 'number') {
        // Without a distance there is no way to ask for 80 % of the limit: staying inside has to be enough.
        return result.verdict === 'ok' ? 'calm' : 'between'
      }
      const ratio = limitRatio(monitor, result)
      if (ratio === null) return result.verdict === 'ok' ? 'calm' : 'between'
      return ratio < monitor.policy.recoverShare ? 'calm' : 'between'
    }
    case 'not_enough_data': {
      const ratio = limitRatio(monitor, result)
      return ratio !== null && ratio <= 1 ? 'quiet' : 'unknown'
    }
    case 'no_data':
      return 'no_data'
    case 'error':
      return 'error'
    default:
      return 'unknown'
  }
}

/** Order of verdicts by how bad they are, for choosing the one that speaks for an alert. */
export function verdictRank(verdict: Verdict): number {
  if (verdict === 'all_missing' || verdict === 'type_changed') return 3
  return verdict === 'severe' ? 2 : verdict === 'drift' ? 1 : 0
}
