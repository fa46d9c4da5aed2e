/** Owns what is stored of the labels and events of a version's windows, and judging those again for which they had their time. */
import type { ArrivalRow } from '@/db/contracts/evaluation-records'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { Context } from '@/lib/access/context'
import { readsEvents } from '@/lib/domain/custom-metric'
import { isCustom, isOfArrivals, type MetricId } from '@/lib/domain/metric'
import type { Model, Version } from '@/lib/domain/model'
import type { Monitor } from '@/lib/domain/monitor'
import { oncePer } from '@/lib/domain/once-per'
import { type Cadence, MINUTE_MS, nominalWindowMs } from '@/lib/domain/time'
import { LABEL_LOOKBACK_WINDOWS, type LabelledWindow, labelMaturityMs } from '@/lib/monitor/label-history'

/** How often it is looked for windows whose labels had their time. */
const CHECK_EVERY_MS = MINUTE_MS

interface Checks {
  /** When that was done last. */
  lastMs: number
  /** By version: nothing of it has its time before this instant, unless a window of it is judged until then. */
  readonly quietUntilMs: Map<number, number>
}

/** By store. */
const checksOf = oncePer(
  (_store: MetadataStore): Checks => ({ lastMs: Number.NEGATIVE_INFINITY, quietUntilMs: new Map() }),
)

function listRows(
  ctx: Context,
  cadence: Cadence,
  monitors: readonly Pick<Monitor, 'id'>[],
): Promise<ArrivalRow[]> {
  return ctx.metadata.listArrivals(
    monitors.map(({ id }) => id),
    { startMs: ctx.nowMs - LABEL_LOOKBACK_WINDOWS * nominalWindowMs(cadence), endMs: ctx.nowMs },
  )
}

function toLabelled({ windowStartMs, windowEndMs, value, delayMs }: ArrivalRow): LabelledWindow[] {
  return value === null ? [] : [{ startMs: windowStartMs, endMs: windowEndMs, coverage: value, delayMs }]
}

function byMonitor(rows: readonly ArrivalRow[]): Map<number, ArrivalRow[]> {
  const rowsOf = new Map<number, ArrivalRow[]>()
  for (const row of rows) {
    const known = rowsOf.get(row.monitorId)
    if (known) known.push(row)
    else rowsOf.set(row.monitorId, [row])
  }
  return rowsOf
}

/** By metric, for those of these monitors that look at what comes late: windows as they were judged last, oldest first. */
export async function readArrivalHistory(
  ctx: Context,
  cadence: Cadence,
  monitors: readonly Monitor[],
): Promise<Map<MetricId, LabelledWindow[]>> {
  const asking = monitors.filter(({ metric, enabled }) => enabled && isOfArrivals(metric))
  const rowsOf = asking.length === 0 ? null : byMonitor(await listRows(ctx, cadence, asking))
  return new Map(asking.map(({ id, metric }) => [metric, (rowsOf?.get(id) ?? []).flatMap(toLabelled)]))
}

/** What waits in the windows of one monitor. */
interface Waiting {
  /** Their time is over, and they were judged before it was. */
  readonly matured: readonly ArrivalRow[]
  /** When the time of the next one is over. */
  readonly nextMs: number
}

function waitingOf(rows: readonly ArrivalRow[], nowMs: number): Waiting {
  const maturityMs = labelMaturityMs(rows.flatMap(toLabelled))
  if (maturityMs === null) return { matured: [], nextMs: Number.POSITIVE_INFINITY }
  const open = rows.filter(
    ({ historical, verdict, windowEndMs, evaluatedMs }) =>
      !historical && verdict === 'not_enough_data' && evaluatedMs < windowEndMs + maturityMs,
  )
  const ends = open.map(({ windowEndMs }) => windowEndMs + maturityMs).filter((endMs) => endMs > nowMs)
  return {
    matured: open.filter(({ windowEndMs }) => windowEndMs + maturityMs <= nowMs),
    nextMs: Math.min(...ends),
  }
}

/** Monitors of the version that look at what comes late. */
async function listAsking(
  ctx: Context,
  versionId: number,
  eventCustoms: ReadonlySet<string>,
): Promise<Monitor[]> {
  const whole = await ctx.metadata.listMonitors(versionId)
  // Only custom metrics count events of slices.
  const sliced = eventCustoms.size === 0 ? [] : await ctx.metadata.listSliceMonitors(versionId)
  return [...whole, ...sliced].filter(({ metric, column, enabled }) => {
    if (isCustom(metric)) return enabled && eventCustoms.has(column?.name ?? '')
    return isOfArrivals(metric)
  })
}

/** A window of the version was judged, and that is committed: what comes late may have its time at another instant now. */
export function lookAgainForLabels(ctx: Context, versionId: number): void {
  checksOf(ctx.metadata).quietUntilMs.delete(versionId)
}

/** Makes windows due again that were judged while labels might still come: nothing else would touch them if none came. */
export async function scheduleMaturedLabels(ctx: Context): Promise<void> {
  const { nowMs } = ctx
  const known = checksOf(ctx.metadata)
  if (nowMs - known.lastMs < CHECK_EVERY_MS && nowMs >= known.lastMs) return
  // A clock that was set back: what was expected of the one before is nothing to go by.
  if (nowMs < known.lastMs) known.quietUntilMs.clear()
  known.lastMs = nowMs
  for (const model of await ctx.metadata.listModels()) {
    let customs: ReadonlySet<string> | null = null
    for (const version of await ctx.metadata.listVersions(model.id)) {
      if (version.profileId === null || version.mode === 'retired') continue
      if ((known.quietUntilMs.get(version.id) ?? nowMs) > nowMs) continue
      customs ??= await eventCustomsOf(ctx, model)
      known.quietUntilMs.set(version.id, await scheduleMatured(ctx, model, version, customs))
    }
  }
}

/** Names of the model's metrics that count events. */
async function eventCustomsOf(ctx: Context, model: Model): Promise<Set<string>> {
  const customs = await ctx.metadata.listCustomMetrics(model.id)
  return new Set(customs.filter(({ fields }) => readsEvents(fields)).map(({ name }) => name))
}

/** @returns when the version has to be looked at again */
async function scheduleMatured(
  ctx: Context,
  model: Model,
  version: Version,
  customs: ReadonlySet<string>,
): Promise<number> {
  const { nowMs } = ctx
  const asking = await listAsking(ctx, version.id, customs)
  const rows = await listRows(ctx, model.settings.cadence, asking)
  const waiting = [...byMonitor(rows).values()].map((ofOne) => waitingOf(ofOne, nowMs))
  const matured = waiting.flatMap((one) => one.matured)
  if (matured.length > 0) {
    await ctx.series.addDue(
      matured.map(({ windowStartMs, windowEndMs }) => ({
        versionId: version.id,
        startMs: windowStartMs,
        endMs: windowEndMs,
        dueMs: nowMs,
        backfill: false,
      })),
    )
  }
  return Math.min(...waiting.map(({ nextMs }) => nextMs))
}
