/**
 * Owns where a custom metric is counted: in all records of a version, and in those of the slices that its definition names.
 * Each has a series of its own, with a border in the log of its own.
 */
import { sliceSeries } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import type { CustomMetric } from '@/lib/domain/custom-metric'
import type { Version } from '@/lib/domain/model'
import type { Slice } from '@/lib/domain/slice'
import { customsOf } from '@/lib/services/custom/compiled-metrics'

export interface CustomPart {
  /** The number that its summaries stand under: the version's, or that of a slice of it. */
  readonly series: number
  /** null: all records. */
  readonly slice: Slice | null
}

/** @param slices those of the model that are kept up */
export function partsOf(
  { slices: names = [] }: Pick<CustomMetric, 'slices'>,
  { id }: Version,
  slices: readonly Slice[],
): CustomPart[] {
  const counted = slices.filter(({ name }) => names.includes(name))
  return [
    { series: id, slice: null },
    ...counted.map((slice) => ({ series: sliceSeries(slice.id, id), slice })),
  ]
}

/** The slices of a model that any of its custom metrics is counted in; for most models none, at no cost. */
export async function slicesOfCustoms(ctx: Context, modelId: number): Promise<readonly Slice[]> {
  const named = new Set((await customsOf(ctx, modelId)).flatMap(({ metric }) => metric.slices ?? []))
  if (named.size === 0) return []
  return (await ctx.metadata.listSlices(modelId)).filter(({ name }) => named.has(name))
}
