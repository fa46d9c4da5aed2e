/**
 * Owns what events change in custom metrics that read them: what the record gave without the event is taken back, and what
 * it gives with it is added. A record and an event that both lie before a metric's border are left to its rebuild.
 */
import type { LogPosition, RecordBlock } from '@/db/contracts/log-store'
import type { PendingEvent, SummaryDelta } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import type { Version } from '@/lib/domain/model'
import { readEventId } from '@/lib/domain/model-event'
import type { PredictionRecord } from '@/lib/domain/record'
import { readSideName } from '@/lib/domain/side-log'
import type { Slice } from '@/lib/domain/slice'
import { type CompiledCustom, customsOf, hasCustomMetrics } from '@/lib/services/custom/compiled-metrics'
import { CustomDeltas } from '@/lib/services/custom/custom-deltas'
import { partsOf, slicesOfCustoms } from '@/lib/services/custom/custom-parts'
import { findCustomState, isLive } from '@/lib/services/custom/custom-state'
import { eventsUntil } from '@/lib/services/custom/event-history'
import { inChunks } from '@/lib/services/labels/join-waiting-labels'
import { minutesFromMs } from '@/lib/services/summaries/fold-blocks'
import { isInSlice } from '@/lib/summary/slice-filter'

const IDS_A_QUERY = 5_000
const NO_EVENTS: ReadonlySet<string> = new Set()

/** What a step knows of joining. */
export interface EventStep {
  /** Blocks of predictions, and of events. */
  readonly records: readonly RecordBlock[]
  readonly events: readonly RecordBlock[]
  /** Where the step began. */
  readonly from: LogPosition | null
  /** Events of this step that wait for their record. */
  readonly pending: readonly PendingEvent[]
  /** Predictions of this step whose waiting events were joined. */
  readonly waited: readonly { readonly modelId: number; readonly predictionId: string }[]
}

/** Deltas of all custom metrics that read events. */
export async function joinCustomEvents(ctx: Context, step: EventStep): Promise<SummaryDelta[]> {
  if (step.events.length === 0 && step.waited.length === 0) return []
  if (!(await hasCustomMetrics(ctx))) return []
  const models = new Set([
    ...step.events.map(({ model }) => readSideName(model)?.model ?? model),
    ...(step.waited.length > 0 ? step.records.map(({ model }) => model) : []),
  ])
  const deltas: SummaryDelta[] = []
  for (const name of models) {
    const model = await ctx.metadata.findModel(name)
    const customs = model ? (await customsOf(ctx, model.id)).filter(({ events }) => events.length > 0) : []
    if (!model || customs.length === 0) continue
    const slices = await slicesOfCustoms(ctx, model.id)
    const join = new EventJoin(ctx, { id: model.id, name }, customs, slices)
    await join.waited(step)
    await join.arrived(step)
    deltas.push(...join.deltas())
  }
  return deltas
}

class EventJoin {
  private readonly folds = new Map<string, CustomDeltas>()
  private readonly names: ReadonlySet<string>

  constructor(
    private readonly ctx: Context,
    private readonly model: { readonly id: number; readonly name: string },
    private readonly customs: readonly CompiledCustom[],
    private readonly slices: readonly Slice[],
  ) {
    this.names = new Set(customs.flatMap(({ events }) => events))
  }

  deltas(): SummaryDelta[] {
    return [...this.folds.values()].flatMap((fold) => fold.deltas())
  }

  /** Events that came before their record: it was counted without them. */
  async waited({ records, waited }: EventStep): Promise<void> {
    const ids = new Set(
      waited.filter(({ modelId }) => modelId === this.model.id).map((each) => each.predictionId),
    )
    if (ids.size === 0) return
    const had = new Map<string, Set<string>>()
    for (const chunk of inChunks([...ids], IDS_A_QUERY)) {
      for (const { predictionId, event } of await this.ctx.series.findPendingEvents(this.model.id, chunk))
        had.set(predictionId, (had.get(predictionId) ?? new Set()).add(event))
    }
    for (const block of records) {
      if (block.model !== this.model.name) continue
      const version = await this.ctx.metadata.findVersion(this.model.id, block.version)
      if (!version) continue
      for (const record of block.records) {
        const events = had.get(record.id)
        if (events) await this.change(version, record, block.position, block.position, NO_EVENTS, events)
      }
    }
  }

  /** Events whose record the log has, in the order in which they came. */
  async arrived({ events: blocks, pending, from }: EventStep): Promise<void> {
    const waiting = new Set(
      pending
        .filter(({ modelId }) => modelId === this.model.id)
        .map(({ predictionId, event }) => `${predictionId}\n${event}`),
    )
    const arrived = blocks
      .filter(({ model }) => readSideName(model)?.model === this.model.name)
      .flatMap(({ records, position }) => records.map(({ id }) => ({ ...readEventId(id), position, id })))
      .filter(({ id, event }) => this.names.has(event) && !waiting.has(id))
    const inStep = new Map<string, Set<string>>()
    for (const chunk of inChunks(arrived, IDS_A_QUERY)) {
      const ids = [...new Set(chunk.map(({ predictionId }) => predictionId))]
      const found = await this.ctx.log.findRecords(this.model.name, ids)
      const earlier = await eventsUntil(this.ctx, this.model.name, ids, this.names, from)
      for (const { predictionId, event, position } of chunk) {
        const place = found.get(predictionId)
        const version = place && (await this.ctx.metadata.findVersion(this.model.id, place.version))
        const before = new Set([...(earlier.get(predictionId) ?? []), ...(inStep.get(predictionId) ?? [])])
        if (!place || !version || before.has(event)) continue
        const after = new Set(before).add(event)
        await this.change(version, place.record, place.position, position, before, after)
        inStep.set(predictionId, after)
      }
    }
  }

  private async change(
    version: Version,
    record: PredictionRecord,
    recordAt: LogPosition,
    eventAt: LogPosition,
    before: ReadonlySet<string>,
    after: ReadonlySet<string>,
  ): Promise<void> {
    for (const custom of this.customs) {
      for (const { series, slice } of partsOf(custom.metric, version, this.slices)) {
        // An event changes nothing that a slice looks at: its record lies in it, or never did.
        if (slice && !isInSlice(slice.conditions, record)) continue
        const state = await findCustomState(this.ctx, custom.metric.seriesId, series)
        if (!state || !(isLive(state, recordAt) || isLive(state, eventAt))) continue
        const key = `${custom.metric.seriesId} ${series}`
        const fold = this.folds.get(key) ?? new CustomDeltas(custom, series, minutesFromMs(this.ctx))
        this.folds.set(key, fold)
        fold.change(record, before, after)
      }
    }
  }
}
