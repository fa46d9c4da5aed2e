/** Owns folding the records of a version into the slices of its model; a model without slices pays one look-up a step. */
import type { LogPosition } from '@/db/contracts/log-store'
import { type SummaryDelta, sliceSeries } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import type { Version } from '@/lib/domain/model'
import { foldIntoDeltas } from '@/lib/services/summaries/fold-blocks'
import { sliceStateAt } from '@/lib/services/summaries/slice-state'
import type { RecordRun } from '@/lib/summary/fold-buckets'
import { runsOfSlices } from '@/lib/summary/slice-runs'

/** How many slices each model has, by its name; models without any are left out. */
export async function countSlices(ctx: Context): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>()
  const kept = await ctx.metadata.listSlices()
  for (const modelId of new Set(kept.map((slice) => slice.modelId))) {
    const model = await ctx.metadata.findModelById(modelId)
    if (model) counts.set(model.name, kept.filter((slice) => slice.modelId === modelId).length)
  }
  return counts
}

/** What these records of a version add to its slices. @param position the records position of the step */
export async function foldSlices(
  ctx: Context,
  version: Version,
  runs: readonly RecordRun[],
  position: LogPosition | null,
): Promise<SummaryDelta[]> {
  const slices = await ctx.metadata.listSlices(version.modelId)
  if (slices.length === 0) return []
  const cut = runsOfSlices(runs, slices)
  const deltas: SummaryDelta[] = []
  for (const [index, slice] of slices.entries()) {
    const { profileId } = await sliceStateAt(ctx, slice, version, position)
    const own = cut[index] ?? []
    if (own.length === 0) continue
    const series = sliceSeries(slice.id, version.id)
    const input = { versionId: version.id, profileId, runs: own, withTraffic: true, sliceSeries: series }
    for (const delta of await foldIntoDeltas(ctx, input)) deltas.push(delta)
  }
  return deltas
}
