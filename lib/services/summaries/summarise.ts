/** Owns the step from log to summaries: reads on from where it stands, folds, and commits both in one. */
import type { LogPosition, RecordBlock } from '@/db/contracts/log-store'
import type { DueWindow, SeriesCommit, SummaryDelta } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { readSideName, type SideKind } from '@/lib/domain/side-log'
import { WAITING_MODEL } from '@/lib/domain/waiting-half'
import { foldCustoms } from '@/lib/services/custom/fold-customs'
import { joinCustomEvents } from '@/lib/services/custom/join-custom-events'
import { joinEvents, joinWaitingEvents } from '@/lib/services/events/join-events'
import { joinWaitingLabels } from '@/lib/services/labels/join-waiting-labels'
import { foldIntoDeltas, runsOf, takeForOneStep } from '@/lib/services/summaries/fold-blocks'
import { foldSamples } from '@/lib/services/summaries/fold-samples'
import { countSlices, foldSlices } from '@/lib/services/summaries/fold-slices'
import { foldingProfile } from '@/lib/services/summaries/rebuild-state'
import { TouchedWindows } from '@/lib/services/verdicts/due-windows'
import type { RecordFacts } from '@/lib/summary/fold-traffic'

/** Records of one step: some tenths of a second of work. */
const RECORDS_A_STEP = 40_000
/** Events of one step: the record of each is looked up. */
const EVENTS_A_STEP = 5_000

type Seen = NonNullable<SeriesCommit['seen']>[number]

/**
 * Summarises the next records of the log, if there are any: counts every record exactly once, whatever dies when,
 * because summaries and position commit together.
 * @returns records read, 0 when the log is summarised to its end; and whether there was more than one step of work
 * @throws AppError `conflict` when another process summarised them meanwhile; nothing is changed then
 */
export async function summarise(ctx: Context): Promise<{ records: number; isMore: boolean }> {
  requireScope(ctx.principal, 'admin')
  const from = await ctx.series.position('records')
  const read = await ctx.log.readRecords(from, RECORDS_A_STEP)
  const taken = upToEvents(takeForOneStep(ctx, read, await countSlices(ctx)))
  const to = taken.at(-1)?.position
  if (to === undefined) return { records: 0, isMore: false }
  // Halves of predictions are no records yet, and what is sent beside predictions never is.
  const blocks = taken.filter(({ model }) => model !== WAITING_MODEL && readSideName(model) === null)
  const side = (kind: SideKind) => taken.filter(({ model }) => readSideName(model)?.kind === kind)
  const deltas: SummaryDelta[] = []
  const dueWindows: DueWindow[] = []
  const seen: Seen[] = []
  for (const group of groupByVersion(blocks)) {
    const folded = await summariseVersion(ctx, group, from)
    // One by one: a spread of so many values does not fit on the stack.
    for (const delta of folded.deltas) deltas.push(delta)
    dueWindows.push(...folded.dueWindows)
    seen.push(folded.seen)
  }
  const waiting = await joinWaitingLabels(ctx, blocks)
  for (const delta of waiting.deltas) deltas.push(delta)
  const waited = await joinWaitingEvents(ctx, blocks)
  const events = await joinEvents(ctx, side('events'))
  const samples = await foldSamples(ctx, side('resources'))
  const customEvents = await joinCustomEvents(ctx, {
    records: blocks,
    events: side('events'),
    from,
    pending: events.pendingEvents,
    waited: waited.noLongerPendingEvents,
  })
  for (const delta of customEvents) deltas.push(delta)
  for (const more of [waited, events, samples]) for (const delta of more.deltas) deltas.push(delta)
  for (const window of [...events.dueWindows, ...samples.dueWindows]) dueWindows.push(window)
  const { pendingEvents } = events
  const { noLongerPendingEvents } = waited
  const arrivedMs = Math.max(...taken.map(({ receivedMs }) => receivedMs))
  const change = { arrivedMs, dueWindows, seen, ...waiting, pendingEvents, noLongerPendingEvents, deltas }
  await ctx.series.commit({ stage: 'records', from, to, ...change })
  const records = countRecords(taken)
  return { records, isMore: taken.length < read.length || records >= RECORDS_A_STEP }
}

/** The first blocks, up to as many events as a step looks up. */
function upToEvents(blocks: readonly RecordBlock[]): readonly RecordBlock[] {
  let events = 0
  const end = blocks.findIndex(({ model, count }) => {
    if (readSideName(model)?.kind !== 'events') return false
    events += count
    return events > EVENTS_A_STEP && events > count
  })
  return end < 0 ? blocks : blocks.slice(0, end)
}

async function summariseVersion(
  ctx: Context,
  blocks: readonly [RecordBlock, ...RecordBlock[]],
  position: LogPosition | null,
): Promise<{ deltas: SummaryDelta[]; dueWindows: DueWindow[]; seen: Seen }> {
  const { model, version } = await ctx.metadata.registerVersion(blocks[0].model, blocks[0].version, ctx.nowMs)
  const profileId = await foldingProfile(ctx, version, position)
  const touched = new TouchedWindows(version.id, model.settings, ctx.nowMs)
  const { allowedLatenessMs } = model.settings
  const factsAt = (atMs: number, { receivedMs, backfill }: RecordBlock): RecordFacts => {
    const window = touched.touch(atMs, backfill)
    return { late: !backfill && receivedMs > window.endMs + allowedLatenessMs, backfill }
  }
  const runs = blocks.flatMap((block) => runsOf(block, (atMs) => factsAt(atMs, block)))
  const whole = await foldIntoDeltas(ctx, { versionId: version.id, profileId, runs, withTraffic: true })
  const sliced = await foldSlices(ctx, version, runs, position)
  const custom = await foldCustoms(ctx, version, blocks)
  return {
    deltas: sliced.length + custom.length === 0 ? whole : [...whole, ...sliced, ...custom],
    // Without a profile nothing is judged; its activation makes all windows due.
    dueWindows: version.profileId === null ? [] : touched.windows(),
    seen: {
      versionId: version.id,
      firstMs: Math.min(...blocks.map(({ minMs }) => minMs)),
      lastMs: Math.max(...blocks.map(({ maxMs }) => maxMs)),
      receivedMs: Math.max(...blocks.map(({ receivedMs }) => receivedMs)),
      records: countRecords(blocks),
    },
  }
}

const countRecords = (blocks: readonly RecordBlock[]) => blocks.reduce((sum, { count }) => sum + count, 0)

function groupByVersion(blocks: readonly RecordBlock[]): [RecordBlock, ...RecordBlock[]][] {
  const groups = new Map<string, [RecordBlock, ...RecordBlock[]]>()
  for (const block of blocks) {
    // Names hold no slash.
    const key = `${block.model}/${block.version}`
    const group = groups.get(key)
    if (group) group.push(block)
    else groups.set(key, [block])
  }
  return [...groups.values()]
}
