/** Owns reading the log again for slices that were saved, or whose version has another profile, beside live summarising. */
import type { RecordBlock } from '@/db/contracts/log-store'
import type { JoinedLabel } from '@/db/contracts/series-store'
import { sliceSeries } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Model, Version } from '@/lib/domain/model'
import type { Slice } from '@/lib/domain/slice'
import { windowContaining } from '@/lib/domain/time'
import { inChunks } from '@/lib/services/labels/join-waiting-labels'
import { QualityDeltas } from '@/lib/services/labels/quality-deltas'
import { foldIntoDeltas, minutesFromMs, runsOf } from '@/lib/services/summaries/fold-blocks'
import { rereadStep } from '@/lib/services/summaries/reread-log'
import { type SliceState, sliceStateAt, writeSliceState } from '@/lib/services/summaries/slice-state'
import { positiveClassOf } from '@/lib/services/summaries/summary-cache'
import { startJudging } from '@/lib/services/verdicts/start-judging'
import { sliceOfRecords } from '@/lib/summary/slice-filter'
import { runsOfSlices } from '@/lib/summary/slice-runs'

const IDS_A_QUERY = 5_000

interface Place {
  readonly model: Model
  readonly version: Version
  readonly slice: Slice
}

/**
 * One step for every slice that has not seen the whole log yet. Its records up to the border are summarised, with the
 * labels that were joined to them; then it begins to be judged. Each step commits with its position.
 * @returns records read; 0 when nothing is left to rebuild
 */
export async function rebuildSlices(ctx: Context): Promise<{ records: number }> {
  requireScope(ctx.principal, 'admin')
  const slices = await ctx.metadata.listSlices()
  if (slices.length === 0) return { records: 0 }
  const position = await ctx.series.position('records')
  let records = 0
  for (const slice of slices) {
    const model = await ctx.metadata.findModelById(slice.modelId)
    if (!model) continue
    for (const version of await ctx.metadata.listVersions(model.id)) {
      const state = await sliceStateAt(ctx, slice, version, position)
      if (state.state === 'running') records += await rebuildStep(ctx, { model, version, slice }, state)
    }
  }
  return { records }
}

function rebuildStep(ctx: Context, place: Place, state: SliceState): Promise<number> {
  const { model, version, slice } = place
  const { until, profileId, isFirst } = state
  const series = sliceSeries(slice.id, version.id)
  return rereadStep(ctx, {
    model,
    version,
    stage: `rebuild:${series}`,
    until,
    fold: async (blocks) => {
      const runs = blocks.flatMap((block) => runsOf(block, (atMs) => factsOf(model, block, atMs)))
      const [own = []] = runsOfSlices(runs, [slice])
      const input = { versionId: version.id, profileId, runs: own, withTraffic: isFirst, sliceSeries: series }
      const deltas = await foldIntoDeltas(ctx, input)
      if (!isFirst) return { deltas }
      const { quality, joined } = await joinedOf(ctx, place, blocks)
      return { deltas: [...deltas, ...quality.deltas()], joined }
    },
    finish: async () => {
      await startJudging(ctx, model, version, slice)
      await writeSliceState(ctx, series, { ...state, state: 'done' })
    },
  })
}

function factsOf({ settings }: Model, { backfill, receivedMs }: RecordBlock, atMs: number) {
  const { endMs } = windowContaining(settings.cadence, atMs)
  return { late: !backfill && receivedMs > endMs + settings.allowedLatenessMs, backfill }
}

/** Labels of the slice's records that were joined without counting in it, and the rows that remember that they do now. */
async function joinedOf(
  ctx: Context,
  { model, version, slice }: Place,
  blocks: readonly RecordBlock[],
): Promise<{ quality: QualityDeltas; joined: JoinedLabel[] }> {
  const quality = new QualityDeltas(minutesFromMs(ctx))
  const joined: JoinedLabel[] = []
  const positiveClass = await positiveClassOf(ctx, version.profileId)
  const ids = blocks.flatMap(({ records }) => sliceOfRecords(slice.conditions, records).map(({ id }) => id))
  for (const some of inChunks(ids, IDS_A_QUERY)) {
    for (const label of (await ctx.series.findJoined(model.id, some)).values()) {
      if (label.versionId !== version.id || label.slices?.includes(slice.id)) continue
      quality.add(label, positiveClass, [sliceSeries(slice.id, version.id)])
      joined.push({ ...label, slices: [...(label.slices ?? []), slice.id] })
    }
  }
  return { quality, joined }
}
