/** Owns the question: which limit would have spared people the false alarms of a monitor, without losing a real one? */
import type { Context } from '@/lib/access/context'
import type { Alert } from '@/lib/domain/alert'
import { BREACH_VERDICTS, type Evaluation } from '@/lib/domain/evaluation'
import { getMetric } from '@/lib/domain/metric'
import type { FiringPolicy, Monitor } from '@/lib/domain/monitor'
import { largestAmount } from '@/lib/queries/plan-monitor-change'

/** Beyond the furthest false value by this much, so that the same noise stays within it. */
const ROOM = 1.05
/** Alerts looked at. */
const MAX_ALERTS = 200
const MAX_WINDOWS = 2_000

export interface SuggestedLimit {
  /** null: none parts the false alarms from the real ones, or nobody marked any as false. */
  readonly limit: number | null
  readonly falseAlarms: number
  readonly real: number
}

/** How far each alert went, by what people found it to be. */
export interface Peaks {
  /** The worst value of each. */
  readonly false: readonly number[]
  /** As far as each went in as many windows as it takes to fire: one window beyond a limit opens nothing. */
  readonly real: readonly number[]
}

/**
 * Just beyond the furthest false value, where every real one went further.
 * @param bad the direction in which values are worse
 * @param largest of the limits that the monitor can have
 */
export function partPeaks(
  peaks: Peaks,
  bad: 'up' | 'down' = 'up',
  largest = Number.POSITIVE_INFINITY,
): number | null {
  if (peaks.false.length === 0) return null
  const beyond = bad === 'up' ? Math.max(...peaks.false) * ROOM : Math.min(...peaks.false) / ROOM
  const limit = Number(beyond.toPrecision(3))
  const isBeyond = (value: number) => (bad === 'up' ? value > limit : value < limit)
  return limit > 0 && limit < largest && peaks.real.every(isBeyond) ? limit : null
}

export async function suggestLimit(ctx: Context, monitor: Monitor): Promise<SuggestedLimit> {
  const judged = await ctx.metadata.listJudgedAlerts(monitor.id, MAX_ALERTS)
  const peaksOf = async (judgement: Alert['judgement']) => {
    const alerts = judged.filter((alert) => alert.judgement === judgement)
    const peaks = await Promise.all(alerts.map((alert) => peakOf(ctx, monitor, alert, judgement)))
    return peaks.filter((peak) => peak !== null)
  }
  const peaks = { false: await peaksOf('false_alarm'), real: await peaksOf('real') }
  const { bad } = getMetric(monitor.metric)
  const limit = bad === 'both' ? null : partPeaks(peaks, bad, largestAmount(monitor))
  return { limit, falseAlarms: peaks.false.length, real: peaks.real.length }
}

/** The value that as many of some latest windows went up to, or beyond, as the monitor needs to fire; null: it never did. */
export function firingPeak(
  windows: readonly Pick<Evaluation, 'verdict' | 'value'>[],
  { fireCount, fireOf }: FiringPolicy,
  bad: 'up' | 'down',
): number | null {
  const sign = bad === 'down' ? -1 : 1
  // A breach without a value is one whatever the limit.
  const breaches = windows.map(({ verdict, value }) =>
    BREACH_VERDICTS.has(verdict) ? sign * (value ?? sign * Number.POSITIVE_INFINITY) : null,
  )
  let peak: number | null = null
  for (let end = 1; end <= breaches.length; end++) {
    const latest = breaches.slice(Math.max(0, end - fireOf), end).filter((value) => value !== null)
    const reached = latest.sort((a, b) => b - a)[fireCount - 1]
    if (reached !== undefined) peak = Math.max(peak ?? reached, reached)
  }
  return peak === null ? null : sign * peak
}

async function peakOf(
  ctx: Context,
  monitor: Monitor,
  alert: Alert,
  judgement: Alert['judgement'],
): Promise<number | null> {
  const rows = await ctx.metadata.listEvaluations({
    versionIds: [monitor.versionId],
    monitorId: monitor.id,
    range: { startMs: alert.onsetMs, endMs: alert.resolvedMs ?? ctx.nowMs },
    limit: MAX_WINDOWS,
    withDetail: false,
  })
  const bad = getMetric(monitor.metric).bad === 'down' ? 'down' : 'up'
  if (judgement === 'real') return firingPeak(rows, monitor.policy, bad)
  const values = rows.flatMap(({ value }) => (value === null ? [] : [value]))
  if (values.length === 0) return null
  return bad === 'down' ? Math.min(...values) : Math.max(...values)
}
