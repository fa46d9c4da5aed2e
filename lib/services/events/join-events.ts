/**
 * Owns joining events to their records, in the step that reads both from the log: what is new of either finds the other
 * there, or waits.
 */
import type { RecordBlock } from '@/db/contracts/log-store'
import type { DueWindow, PendingEvent, SummaryDelta } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { readEventId } from '@/lib/domain/model-event'
import { readSideName } from '@/lib/domain/side-log'
import { EventDeltas } from '@/lib/services/events/event-deltas'
import { inChunks } from '@/lib/services/labels/join-waiting-labels'
import { minutesFromMs } from '@/lib/services/summaries/fold-blocks'
import { windowsAround } from '@/lib/services/verdicts/reopen-windows'

/** Ids asked for at once. */
const IDS_A_QUERY = 5_000

export interface EventJoins {
  readonly deltas: SummaryDelta[]
  readonly pendingEvents: PendingEvent[]
  readonly dueWindows: DueWindow[]
}

/** Counts these events where the log has their record already, and lets the others wait. @param blocks of events only */
export async function joinEvents(ctx: Context, blocks: readonly RecordBlock[]): Promise<EventJoins> {
  const deltas = new EventDeltas(minutesFromMs(ctx))
  const pendingEvents: PendingEvent[] = []
  const dueWindows: DueWindow[] = []
  for (const side of new Set(blocks.map(({ model }) => model))) {
    const name = readSideName(side)?.model
    if (name === undefined) continue
    const model = (await ctx.metadata.findModel(name)) ?? (await ctx.metadata.registerModel(name, ctx.nowMs))
    const arrived = eventsOf(
      model.id,
      blocks.filter((block) => block.model === side),
    )
    const instants = new Map<number, number[]>()
    const watched = new Set<number>()
    for (const chunk of inChunks(arrived, IDS_A_QUERY)) {
      const found = await ctx.log.findRecords(name, [...new Set(chunk.map((event) => event.predictionId))])
      for (const event of chunk) {
        const record = found.get(event.predictionId)
        if (!record) {
          pendingEvents.push(event)
          continue
        }
        // Its records may not be summarised yet.
        const { version } = await ctx.metadata.registerVersion(name, record.version, ctx.nowMs)
        deltas.add(version.id, record.record.at, event.event)
        instants.set(version.id, [...(instants.get(version.id) ?? []), record.record.at])
        if (version.profileId !== null) watched.add(version.id)
      }
    }
    for (const versionId of watched)
      dueWindows.push(...(await windowsAround(ctx, model, versionId, instants.get(versionId) ?? [])))
  }
  return { deltas: deltas.deltas(), pendingEvents, dueWindows }
}

function eventsOf(modelId: number, blocks: readonly RecordBlock[]): PendingEvent[] {
  return blocks.flatMap(({ records, receivedMs }) =>
    records.map(({ id }) => ({ modelId, ...readEventId(id), receivedMs })),
  )
}

export interface WaitingEventJoins {
  readonly deltas: SummaryDelta[]
  readonly noLongerPendingEvents: { modelId: number; predictionId: string }[]
}

/** Counts events that waited for these records; the versions are registered already. @param blocks of predictions only */
export async function joinWaitingEvents(
  ctx: Context,
  blocks: readonly RecordBlock[],
): Promise<WaitingEventJoins> {
  const deltas = new EventDeltas(minutesFromMs(ctx))
  const noLongerPendingEvents: WaitingEventJoins['noLongerPendingEvents'] = []
  for (const name of new Set(blocks.map(({ model }) => model))) {
    const model = await ctx.metadata.findModel(name)
    if (!model || (await ctx.series.countPendingEvents(model.id)) === 0) continue
    const places = new Map<string, { readonly version: string; readonly at: number }>()
    for (const { model: of, version, records } of blocks) {
      if (of !== name) continue
      for (const { id, at } of records) places.set(id, { version, at })
    }
    for (const ids of inChunks([...places.keys()], IDS_A_QUERY)) {
      const done = new Set<string>()
      for (const { predictionId, event } of await ctx.series.findPendingEvents(model.id, ids)) {
        const place = places.get(predictionId)
        const version = place && (await ctx.metadata.findVersion(model.id, place.version))
        if (!version) continue
        deltas.add(version.id, place.at, event)
        done.add(predictionId)
      }
      for (const predictionId of done) noLongerPendingEvents.push({ modelId: model.id, predictionId })
    }
  }
  return { deltas: deltas.deltas(), noLongerPendingEvents }
}
