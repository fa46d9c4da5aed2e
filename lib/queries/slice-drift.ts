/** Owns the question: which column of each slice is furthest towards its limit over a span, by the rule that judges windows? */
import type { Context } from '@/lib/access/context'
import { alignDown, type BucketLevel, DAY_MS, HOUR_MS, type TimeRange } from '@/lib/domain/time'
import { judgeWindow } from '@/lib/monitor/judge-window'
import type { EvaluationTarget } from '@/lib/queries/evaluation-target'
import { possibleDistance } from '@/lib/queries/possible-distance'
import { excessRatio } from '@/lib/queries/rank-verdict'
import { readSlices } from '@/lib/queries/read-slices'

/** The column of a slice that is furthest towards its limit over the span. */
export interface SliceDrift {
  readonly column: string
  readonly method: string
  readonly value: number
  /** 95 % upper end; null where so few values do not bound it below the largest that the distance can be. */
  readonly upper: number | null
  /** null where chance alone could give so few values any distance there is. */
  readonly limit: number | null
  readonly n: number
  readonly ratio: number
  /** Against its rows of the reference, or its own week before. */
  readonly baseline: string
  /** Of the last day of the span only: before the span itself there is nothing to compare with. */
  readonly isLastDay: boolean
}

/**
 * Every slice over the whole span. Where nothing is stored of before it: over its last day (UTC), which the days before
 * are the baseline of, or, while that has nothing to show yet, over its last 24 hours.
 */
export async function measureDrifts(
  ctx: Context,
  target: EvaluationTarget,
  range: TimeRange,
  level: BucketLevel,
  spanEndMs: number,
): Promise<Map<number, SliceDrift>> {
  let drifts = await judgeSpan(ctx, target, range, level, false)
  const endMs = Math.min(range.endMs, Math.ceil(spanEndMs / HOUR_MS) * HOUR_MS)
  for (const startMs of [alignDown(endMs - 1, DAY_MS), endMs - DAY_MS]) {
    if (target.slices.every(({ id }) => drifts.has(id)) || startMs <= range.startMs) break
    const lastDay = await judgeSpan(ctx, target, { startMs, endMs }, level === 'day' ? 'hour' : level, true)
    drifts = new Map([...lastDay, ...drifts])
  }
  return drifts
}

/** Every slice judged over a span at once, by the rule that judges windows. */
async function judgeSpan(
  ctx: Context,
  target: EvaluationTarget,
  range: TimeRange,
  level: BucketLevel,
  isLastDay: boolean,
): Promise<Map<number, SliceDrift>> {
  const monitors = target.sliceMonitors.filter(
    ({ metric, enabled }) => enabled && (metric === 'drift' || metric === 'output_drift'),
  )
  const asked = { ...target, sliceMonitors: monitors }
  const judged = judgeWindow({
    model: target.model,
    version: target.version,
    profile: target.profile,
    monitors,
    window: range,
    columns: new Map(),
    traffic: null,
    quality: null,
    trailing: new Map(),
    slices: await readSlices(ctx, asked, range, null, level),
    isSliced: true,
    nowMs: ctx.nowMs,
    historical: true,
    withDetail: false,
  })
  const worst = new Map<number, SliceDrift>()
  for (const row of judged) {
    const monitor = monitors.find(({ id }) => id === row.monitorId)
    const { value, limit, n, detail } = row
    if (!monitor?.slice || !monitor.column || value === null || limit === null) continue
    const drift = {
      column: monitor.column.name,
      method: monitor.method ?? '',
      value,
      upper: possibleDistance(
        monitor.method,
        typeof detail.effectUpper === 'number' ? detail.effectUpper : value,
      ),
      limit: possibleDistance(monitor.method, limit),
      n,
      ratio: excessRatio(row) ?? 0,
      baseline: monitor.baseline,
      isLastDay,
    }
    const known = worst.get(monitor.slice.id)
    if (!known || drift.ratio > known.ratio) worst.set(monitor.slice.id, drift)
  }
  return worst
}
