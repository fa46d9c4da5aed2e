/** Owns the question: which limit would have spared people the false alarms of a monitor, without losing a real one? */
import type { Context } from '@/lib/access/context'
import type { Alert } from '@/lib/domain/alert'
import type { Monitor } from '@/lib/domain/monitor'
import { canFixLimit } from '@/lib/monitor/fixed-limit'

/** Above the largest false value by this much, so that the same noise stays below it. */
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

/** The largest value of each alert, by what people found it to be. */
export interface Peaks {
  readonly false: readonly number[]
  readonly real: readonly number[]
}

/** Just above the largest false value, where every real one lies beyond it. */
export function partPeaks(peaks: Peaks): number | null {
  if (peaks.false.length === 0) return null
  const limit = Number((Math.max(...peaks.false) * ROOM).toPrecision(3))
  return peaks.real.every((value) => value > limit) ? limit : null
}

/** For a metric that is bad when it rises. */
export async function suggestLimit(ctx: Context, monitor: Monitor): Promise<SuggestedLimit> {
  const judged = await ctx.metadata.listJudgedAlerts(monitor.id, MAX_ALERTS)
  const peaksOf = async (judgement: Alert['judgement']) => {
    const alerts = judged.filter((alert) => alert.judgement === judgement)
    const peaks = await Promise.all(alerts.map((alert) => peakOf(ctx, monitor, alert)))
    return peaks.filter((peak) => peak !== null)
  }
  const peaks = { false: await peaksOf('false_alarm'), real: await peaksOf('real') }
  const limit = canFixLimit(monitor.metric) ? partPeaks(peaks) : null
  return { limit, falseAlarms: peaks.false.length, real: peaks.real.length }
}

async function peakOf(ctx: Context, monitor: Monitor, alert: Alert): Promise<number | null> {
  const rows = await ctx.metadata.listEvaluations({
    versionIds: [monitor.versionId],
    monitorId: monitor.id,
    range: { startMs: alert.onsetMs, endMs: alert.resolvedMs ?? ctx.nowMs },
    limit: MAX_WINDOWS,
    withDetail: false,
  })
  const values = rows.flatMap(({ value }) => (value === null ? [] : [value]))
  return values.length === 0 ? null : Math.max(...values)
}
