/** Owns which slices a custom metric may be counted in, and when it has to be counted anew for them. */
import type { Context } from '@/lib/access/context'
import { type CustomMetric, MAX_SLICED_METRICS } from '@/lib/domain/custom-metric'
import { AppError } from '@/lib/domain/errors'
import type { Model } from '@/lib/domain/model'

/**
 * A slice that is named again was not counted meanwhile: the metric is counted from the log anew, as after another
 * expression.
 */
export function isTakenUpAgain(
  slices: readonly string[],
  held: CustomMetric,
  revisions: readonly CustomMetric[],
): boolean {
  const ofSeries = revisions.filter(({ seriesId }) => seriesId === held.seriesId)
  return slices.some(
    (name) => !held.slices?.includes(name) && ofSeries.some((revision) => revision.slices?.includes(name)),
  )
}

/**
 * @returns the names of slices in the order of their making, without repeats
 * @throws AppError `invalid` for one that the model has not, and where there are too many
 */
export async function checkSlices(
  ctx: Context,
  model: Model,
  name: string,
  wanted: readonly string[],
): Promise<string[]> {
  if (wanted.length === 0) return []
  const kept = (await ctx.metadata.listSlices(model.id)).map((slice) => slice.name)
  if (wanted.some((slice) => !kept.includes(slice)))
    throw refuse('This model has no slice of one of these names.')
  const others = (await ctx.metadata.listCustomMetrics(model.id)).filter((metric) => metric.name !== name)
  const counted = others.reduce((sum, { slices = [] }) => sum + slices.length, 0)
  const slices = kept.filter((slice) => wanted.includes(slice))
  if (counted + slices.length > MAX_SLICED_METRICS)
    throw refuse(
      `The custom metrics of a model can be counted in ${MAX_SLICED_METRICS} slices altogether; the others are in ${counted}.`,
      MAX_SLICED_METRICS,
    )
  return slices
}

function refuse(message: string, limit?: number): AppError {
  return new AppError('invalid', message, { field: 'slices', ...(limit === undefined ? {} : { limit }) })
}
