/** Owns the question: what do the custom metrics of a model come to in each slice over a span, and in all records? */
import { sliceSeries } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import type { CustomMetric } from '@/lib/domain/custom-metric'
import type { Model, Version } from '@/lib/domain/model'
import type { BucketLevel, TimeRange } from '@/lib/domain/time'
import { readCustomState } from '@/lib/queries/custom-state'
import { countedSlices } from '@/lib/queries/list-customs'
import { readCustomSpan } from '@/lib/queries/read-customs'
import { customValue } from '@/lib/summary/custom'

export interface CustomOfPart {
  /** Name of the slice; null: all records. */
  readonly slice: string | null
  /** null: no record has one, or the log is still being read. */
  readonly value: number | null
  /** Records that have a value. */
  readonly n: number
  readonly isComplete: boolean
}

export interface CustomBySlice {
  readonly metric: CustomMetric
  /** In the order of the slices; all records last. */
  readonly parts: readonly CustomOfPart[]
}

/** Those that are counted in a slice that is kept up. */
export async function readCustomsBySlice(
  ctx: Context,
  model: Model,
  version: Version,
  range: TimeRange,
  level: BucketLevel,
): Promise<CustomBySlice[]> {
  const metrics = (await ctx.metadata.listCustomMetrics(model.id)).filter(({ slices }) => slices)
  const slices = await countedSlices(ctx, model, metrics)
  const read = async (metric: CustomMetric, slice: string | null, series: number): Promise<CustomOfPart> => {
    const isComplete = (await readCustomState(ctx, metric.seriesId, series))?.state === 'done'
    const summary = isComplete ? await readCustomSpan(ctx, metric, series, level, range) : null
    const value = summary && customValue(summary, metric.aggregate)
    return { slice, value, n: summary?.n ?? 0, isComplete }
  }
  const found: CustomBySlice[] = []
  for (const metric of metrics) {
    const own = slices.filter(({ name }) => metric.slices?.includes(name))
    if (own.length === 0) continue
    const parts: CustomOfPart[] = []
    for (const { id, name } of own) parts.push(await read(metric, name, sliceSeries(id, version.id)))
    found.push({ metric, parts: [...parts, await read(metric, null, version.id)] })
  }
  return found
}
