/** Owns reading the log again for slices that were saved, or whose version has another profile, beside live summarising. */
import type { LogPosition, RecordBlock } from '@/db/contracts/log-store'
import type { JoinedLabel } from '@/db/contracts/series-store'
import { sliceSeries } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Model, Version } from '@/lib/domain/model'
import type { Slice } from '@/lib/domain/slice'
import { windowContaining } from '@/lib/domain/time'
import { inChunks } from '@/lib/services/labels/join-waiting-labels'
import { QualityDeltas } from '@/lib/services/labels/quality-deltas'
import { foldIntoDeltas, minutesFromMs, runsOf, takeForOneStep } from '@/lib/services/summaries/fold-blocks'
import { LOG_ORIGIN } from '@/lib/services/summaries/rebuild-state'
import { type SliceState, sliceStateAt, writeSliceState } from '@/lib/services/summaries/slice-state'
import { positiveClassOf } from '@/lib/services/summaries/summary-cache'
import { startJudging } from '@/lib/services/verdicts/start-judging'
import { sliceOfRecords } from '@/lib/summary/slice-filter'
import { runsOfSlices } from '@/lib/summary/slice-runs'

const RECORDS_A_STEP = 20_000
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

async function rebuildStep(ctx: Context, place: Place, state: SliceState): Promise<number> {
  const { model, version, slice } = place
  const { until, profileId, isFirst } = state
  const series = sliceSeries(slice.id, version.id)
  const stage = `rebuild:${series}` as const
  const from = await ctx.series.position(stage)
  const blocks = until === null ? [] : await readBlocks(ctx, place, from ?? LOG_ORIGIN, until)
  const to = blocks.at(-1)?.position
  if (to === undefined) {
    // Both may be repeated; the state is last, so that neither is left out.
    await startJudging(ctx, model, version, slice)
    await writeSliceState(ctx, series, { ...state, state: 'done' })
    return 0
  }
  const runs = blocks.flatMap((block) => runsOf(block, (atMs) => factsOf(model, block, atMs)))
  const [own = []] = runsOfSlices(runs, [slice])
  const input = { versionId: version.id, profileId, runs: own, withTraffic: isFirst, sliceSeries: series }
  const deltas = await foldIntoDeltas(ctx, input)
  const labels = isFirst ? await joinedOf(ctx, place, blocks) : null
  await ctx.series.commit({
    stage,
    from,
    to,
    arrivedMs: Math.max(...blocks.map(({ receivedMs }) => receivedMs)),
    deltas: labels ? [...deltas, ...labels.quality.deltas()] : deltas,
    joined: labels?.joined ?? [],
    dueWindows: [],
  })
  return blocks.reduce((sum, { count }) => sum + count, 0)
}

async function readBlocks(
  ctx: Context,
  { model, version }: Place,
  from: LogPosition,
  until: LogPosition,
): Promise<RecordBlock[]> {
  return takeForOneStep(await ctx.log.readRecordsOf(model.name, version.name, from, until, RECORDS_A_STEP))
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
