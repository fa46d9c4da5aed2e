/** Owns software metrics over time, from the traffic summaries at the level that fits the range. */
import { NO_PROFILE, TRAFFIC_SERIES } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import type { Version } from '@/lib/domain/model'
import {
  alignDown,
  BUCKET_SIZE_MS,
  type BucketLevel,
  DAY_MS,
  HOUR_MS,
  MINUTE_MS,
  SECOND_MS,
  type TimeRange,
} from '@/lib/domain/time'
import { cellSizeFor } from '@/lib/queries/cell-size'
import { readTrafficParts } from '@/lib/queries/read-traffic-parts'
import { ddSketchQuantile } from '@/lib/stats/sketches/ddsketch'
import { decodeSummary } from '@/lib/summary/codec'
import { mergeSummaries } from '@/lib/summary/merge'
import type { TrafficSummary } from '@/lib/summary/types'

/** Sketches are merged for each cell: fewer of them than a chart could draw. */
export const MAX_CELLS = 360

export interface TrafficCell {
  readonly startMs: number
  readonly endMs: number
  readonly records: number
  readonly perSecond: number
  readonly latencyP50: number | null
  readonly latencyP95: number | null
  readonly latencyP99: number | null
  readonly errorShare: number
  readonly nullShare: number
  readonly memory: number | null
  readonly load: number | null
  readonly late: number
  readonly backfilled: number
}

/**
 * Cells in order of time; hours or days without anything are absent.
 * @param withSamples adds what samples of the service's resources say: then cells may hold no records
 */
export async function readTraffic(
  ctx: Context,
  version: Version,
  range: TimeRange,
  withSamples = false,
): Promise<TrafficCell[]> {
  const level = levelFor(range, ctx)
  const sizeMs = BUCKET_SIZE_MS[level]
  const cellMs = cellSizeFor(range, level === 'minute' ? 15 * MINUTE_MS : sizeMs, MAX_CELLS)
  const query = {
    versionId: version.id,
    level,
    range: { startMs: alignDown(range.startMs, cellMs), endMs: range.endMs },
  }
  const stored = withSamples
    ? await readTrafficParts(ctx, query)
    : await ctx.series.read({ ...query, profileId: NO_PROFILE, columnIds: [TRAFFIC_SERIES] })
  const cells = new Map<number, TrafficSummary>()
  for (const { startMs, bytes } of stored) {
    const summary = decodeSummary(bytes)
    if (summary.kind !== 'traffic') continue
    const cellStart = alignDown(startMs, cellMs)
    const known = cells.get(cellStart)
    const merged = known ? mergeSummaries(known, summary) : summary
    if (merged.kind === 'traffic') cells.set(cellStart, merged)
  }
  return [...cells]
    .sort(([a], [b]) => a - b)
    .map(([startMs, summary]) => toCell(startMs, cellMs, summary, ctx.nowMs))
}

/** The level of buckets that charts of a range are made of. */
export function levelFor(range: TimeRange, ctx: Context): BucketLevel {
  const span = range.endMs - range.startMs
  if (span <= 2 * DAY_MS && range.startMs > ctx.nowMs - 2 * DAY_MS) return 'minute'
  return span <= 62 * DAY_MS ? 'hour' : 'day'
}

function toCell(startMs: number, cellMs: number, summary: TrafficSummary, nowMs: number): TrafficCell {
  const endMs = startMs + cellMs
  const elapsedMs = Math.max(MINUTE_MS, Math.min(cellMs, nowMs - startMs, HOUR_MS * 24 * 366))
  const hasLatency = summary.latencyMoments.n > 0
  const quantile = (q: number) => (hasLatency ? ddSketchQuantile(summary.latency, q) : null)
  return {
    startMs,
    endMs,
    records: summary.records,
    perSecond: summary.records / (elapsedMs / SECOND_MS),
    latencyP50: quantile(0.5),
    latencyP95: quantile(0.95),
    latencyP99: quantile(0.99),
    errorShare: summary.records === 0 ? 0 : summary.errors / summary.records,
    nullShare: summary.records === 0 ? 0 : summary.nullPredictions / summary.records,
    memory: summary.memory.n > 0 ? summary.memory.mean : null,
    load: summary.load.n > 0 ? summary.load.mean : null,
    late: summary.late,
    backfilled: summary.backfilled,
  }
}
