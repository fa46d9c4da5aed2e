/** Owns reading the log again for custom metrics that are new, step by step, beside live summarising. */
import type { LogPosition, RecordBlock } from '@/db/contracts/log-store'
import type { SummaryDelta } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Model, Version } from '@/lib/domain/model'
import type { PredictionRecord } from '@/lib/domain/record'
import { alignDown, MINUTE_MS, nominalWindowMs } from '@/lib/domain/time'
import { type CompiledCustom, customsOf, hasCustomMetrics } from '@/lib/services/custom/compiled-metrics'
import { CustomDeltas } from '@/lib/services/custom/custom-deltas'
import { type CustomPart, partsOf, slicesOfCustoms } from '@/lib/services/custom/custom-parts'
import { findCustomState, writeCustomState } from '@/lib/services/custom/custom-state'
import { eventsUntil } from '@/lib/services/custom/event-history'
import { minutesFromMs, runsOf } from '@/lib/services/summaries/fold-blocks'
import { rereadStep } from '@/lib/services/summaries/reread-log'
import { windowsWithin } from '@/lib/services/verdicts/reopen-windows'
import type { RecordRun } from '@/lib/summary/fold-buckets'
import { sliceOfRecords } from '@/lib/summary/slice-filter'
import { runsOfSlices } from '@/lib/summary/slice-runs'

/** Windows that are judged once the metric is there: what fires now, and no trouble of last week. */
const WINDOWS_JUDGED = 3
const NO_EVENTS: ReadonlySet<string> = new Set()
const NO_FACTS = { late: false, backfill: false }

interface Place {
  readonly model: Model
  readonly version: Version
  readonly custom: CompiledCustom
  readonly part: CustomPart
}

/**
 * One step for every custom metric that has not seen the whole log of a version, or of a slice of it, yet. Where it stands is set first: what
 * lies up to the end of the log is read here, what comes behind it is counted as it comes. Each step commits with its
 * position.
 * @returns records read; 0 when nothing is left
 */
export async function rebuildCustoms(ctx: Context): Promise<{ records: number }> {
  requireScope(ctx.principal, 'admin')
  if (!(await hasCustomMetrics(ctx))) return { records: 0 }
  let records = 0
  for (const model of await ctx.metadata.listModels()) {
    const customs = await customsOf(ctx, model.id)
    if (customs.length === 0) continue
    const slices = await slicesOfCustoms(ctx, model.id)
    for (const version of await ctx.metadata.listVersions(model.id)) {
      for (const custom of customs)
        for (const part of partsOf(custom.metric, version, slices))
          records += await rebuildOne(ctx, { model, version, custom, part })
    }
  }
  return { records }
}

async function rebuildOne(ctx: Context, place: Place): Promise<number> {
  const { version, custom } = place
  const { series } = place.part
  const { seriesId } = custom.metric
  let state = await findCustomState(ctx, seriesId, series)
  if (!state) {
    const until = await ctx.log.head()
    state = { until, state: until === null ? 'done' : 'running' }
    await writeCustomState(ctx, seriesId, series, state)
  }
  const { until } = state
  if (state.state === 'done') return 0
  const { model } = place
  return rereadStep(ctx, {
    model,
    version,
    stage: `metric:${seriesId}:${series}`,
    until,
    fold: async (blocks) => ({
      deltas:
        custom.events.length > 0 ? await foldWithEvents(ctx, place, blocks, until) : fold(ctx, place, blocks),
    }),
    finish: async () => {
      await judgeLatest(ctx, model, version)
      await writeCustomState(ctx, seriesId, series, { until, state: 'done' })
    },
  })
}

function fold(ctx: Context, { custom, part }: Place, blocks: readonly RecordBlock[]): SummaryDelta[] {
  const { slice, series } = part
  const deltas = new CustomDeltas(custom, series, minutesFromMs(ctx))
  for (const block of blocks) {
    const runs = runsOf(block, () => NO_FACTS)
    const [own = []] = slice ? runsOfSlices(runs, [slice]) : [runs]
    for (const run of own) deltas.addRun(run)
  }
  return deltas.deltas()
}

/** Events up to the same border count with their records; later ones change what is stored when they come. */
async function foldWithEvents(
  ctx: Context,
  { model, custom, part }: Place,
  blocks: readonly RecordBlock[],
  until: LogPosition | null,
): Promise<SummaryDelta[]> {
  const { slice, series } = part
  const deltas = new CustomDeltas(custom, series, minutesFromMs(ctx))
  const names = new Set(custom.events)
  for (const block of blocks) {
    const records = slice ? sliceOfRecords(slice.conditions, block.records) : block.records
    const ids = records.map(({ id }) => id)
    const had = await eventsUntil(ctx, model.name, ids, names, until)
    for (const run of byMinute(records)) deltas.addRun(run)
    for (const record of records) {
      const events = had.get(record.id)
      if (events) deltas.change(record, NO_EVENTS, events)
    }
  }
  return deltas.deltas()
}

function byMinute(records: readonly PredictionRecord[]): RecordRun[] {
  const minutes = new Map<number, PredictionRecord[]>()
  for (const record of records) {
    const atMs = alignDown(record.at, MINUTE_MS)
    const minute = minutes.get(atMs)
    if (minute) minute.push(record)
    else minutes.set(atMs, [record])
  }
  return [...minutes].map(([atMs, held]) => ({ atMs, facts: NO_FACTS, records: () => held }))
}

async function judgeLatest(ctx: Context, model: Model, version: Version): Promise<void> {
  if (version.profileId === null || version.mode === 'retired' || version.lastRecordMs === null) return
  const spanMs = WINDOWS_JUDGED * nominalWindowMs(model.settings.cadence)
  const range = { startMs: version.lastRecordMs - spanMs, endMs: Number.MAX_SAFE_INTEGER }
  await ctx.series.addDue(await windowsWithin(ctx, model, version.id, range))
}
