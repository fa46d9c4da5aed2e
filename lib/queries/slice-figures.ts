/** Owns what is counted of a slice, or of the whole version, over a span: records, failures, latency, and quality with its interval. */
import { NO_PROFILE, QUALITY_SERIES, TRAFFIC_SERIES } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import type { BucketLevel, TimeRange } from '@/lib/domain/time'
import { wilsonInterval } from '@/lib/stats/inference/proportion-interval'
import { multiclassMetrics } from '@/lib/stats/performance/confusion-metrics'
import { maeFromSums } from '@/lib/stats/performance/regression-metrics'
import { ddSketchQuantile } from '@/lib/stats/sketches/ddsketch'
import { decodeMerged } from '@/lib/summary/codec'
import type { QualitySummary, TrafficSummary } from '@/lib/summary/types'

/** A share, or a mean, with its 95 % interval. */
export interface Estimate {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly n: number
}

/** What is said of a slice and of the whole alike. */
export interface SliceFigures {
  readonly records: number
  /** Failed calls; null without records. */
  readonly failed: Estimate | null
  readonly latencyP95: number | null
  /** Share of wrong predictions among the labelled ones, or the mean absolute error; null without labels. */
  readonly quality: Estimate | null
}

/** How wrong predictions are: a share where they are classes, the mean absolute error where they are numbers. */
export type QualityKind = 'error_rate' | 'mae'

/** @param series of the version, or of a slice of it */
export async function readFigures(
  ctx: Context,
  series: number,
  level: BucketLevel,
  range: TimeRange,
  kind: QualityKind,
): Promise<SliceFigures> {
  const columnIds = [TRAFFIC_SERIES, QUALITY_SERIES]
  const stored = await ctx.series.read({ versionId: series, profileId: NO_PROFILE, level, range, columnIds })
  const merged = (id: number) =>
    decodeMerged(stored.flatMap(({ columnId, bytes }) => (columnId === id ? [bytes] : [])))
  const [traffic, quality] = [merged(TRAFFIC_SERIES), merged(QUALITY_SERIES)]
  return {
    ...figuresOf(traffic?.kind === 'traffic' ? traffic : null),
    quality: quality?.kind === 'quality' ? qualityOf(quality, kind) : null,
  }
}

function figuresOf(traffic: TrafficSummary | null): Omit<SliceFigures, 'quality'> {
  if (!traffic || traffic.records === 0) return { records: 0, failed: null, latencyP95: null }
  const { records, errors, latency } = traffic
  return { records, failed: shareOf(errors, records), latencyP95: ddSketchQuantile(latency, 0.95) }
}

function shareOf(count: number, n: number): Estimate {
  const [low, high] = wilsonInterval(count, n)
  return { value: count / n, low, high, n }
}

function qualityOf(quality: QualitySummary, kind: QualityKind): Estimate | null {
  if (kind === 'mae') {
    const mae = maeFromSums(quality)
    if (!mae) return null
    return {
      value: mae.value,
      low: Math.max(0, mae.value - 1.96 * mae.error),
      high: mae.value + 1.96 * mae.error,
      n: quality.n,
    }
  }
  const { accuracy, n } = multiclassMetrics(quality.confusion)
  return accuracy === null || n === 0 ? null : shareOf(Math.round((1 - accuracy) * n), n)
}
