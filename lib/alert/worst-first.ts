/** Owns which of several alerts is worst: one order for lists, for the models, and for messages about many. Pure. */
import type { Alert } from '@/lib/domain/alert'
import type { Severity } from '@/lib/domain/monitor'

/** What decides where an alert stands among others. */
export interface Rank {
  readonly isOver: boolean
  readonly isSilenced: boolean
  /** Another alert explains it. */
  readonly isExplained: boolean
  readonly severity: Severity
  /** Calm again, and not yet for long enough to be over. */
  readonly isRecovering: boolean
  /** How often the limit its worst monitor is, at least 1; null where there is no limit. */
  readonly excess: number | null
  readonly firedMs: number
}

export function rankOf(alert: Alert, excess: number | null, nowMs: number): Rank {
  const { state, silencedUntilMs, inhibitedBy, severity, firedMs } = alert
  return {
    isOver: state === 'resolved',
    isSilenced: silencedUntilMs !== null && silencedUntilMs > nowMs,
    isExplained: inhibitedBy !== null,
    severity,
    isRecovering: state === 'recovering',
    excess,
    firedMs,
  }
}

/**
 * Worst first: what waits for somebody, critical before warnings, what fires before what recovers, by how far it is
 * beyond its limit, then newest.
 */
export function compareRanks(a: Rank, b: Rank): number {
  return (
    Number(a.isOver) - Number(b.isOver) ||
    Number(a.isSilenced) - Number(b.isSilenced) ||
    Number(a.isExplained) - Number(b.isExplained) ||
    Number(b.severity === 'critical') - Number(a.severity === 'critical') ||
    Number(a.isRecovering) - Number(b.isRecovering) ||
    (b.excess ?? 1) - (a.excess ?? 1) ||
    b.firedMs - a.firedMs
  )
}
