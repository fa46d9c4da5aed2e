/** Owns reading what monitors of custom metrics look at: their summaries of a window, and values of earlier ones. */
import { customSeries, NO_PROFILE } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { type CustomMetric, readsEvents } from '@/lib/domain/custom-metric'
import { isCustom } from '@/lib/domain/metric'
import type { Monitor } from '@/lib/domain/monitor'
import {
  type Cadence,
  LEVEL_OF_CADENCE,
  nominalWindowMs,
  type TimeRange,
  windowContaining,
} from '@/lib/domain/time'
import { type CustomPast, type CustomWindow, sameHourWindows } from '@/lib/monitor/custom-window'
import { LABEL_LOOKBACK_WINDOWS, type LabelledWindow } from '@/lib/monitor/label-history'
import { readCustomState } from '@/lib/queries/custom-state'
import type { EvaluationTarget } from '@/lib/queries/evaluation-target'
import { LOOKBACK_WINDOWS } from '@/lib/queries/traffic-history'
import { decodeSummary } from '@/lib/summary/codec'
import { type CustomSummary, customValue, mergeCustom } from '@/lib/summary/custom'

/** Summaries of one series by the start of their window. */
export type CustomCells = ReadonlyMap<number, { readonly window: TimeRange; readonly summary: CustomSummary }>

/** What is known beside the stores. */
export interface CustomWish {
  readonly historical: boolean
  /** Windows of metrics that read events, as they were judged; by default as they were judged last. */
  readonly arrivalsOf?: (monitor: Monitor) => Promise<LabelledWindow[]>
  /** The revision that judged, where another one holds now. */
  readonly revisionOf?: (monitor: Monitor) => number | undefined
}

/** By the name of the definition; one whose history is still being read is left out. */
export async function readCustoms(
  ctx: Context,
  { model, version, monitors }: Pick<EvaluationTarget, 'model' | 'version' | 'monitors'>,
  window: TimeRange,
  wish: CustomWish,
): Promise<ReadonlyMap<string, CustomWindow>> {
  const watching = monitors.filter(({ enabled, metric }) => enabled && isCustom(metric))
  const windows = new Map<string, CustomWindow>()
  if (watching.length === 0) return windows
  const { cadence } = model.settings
  const held = await ctx.metadata.listCustomMetrics(model.id)
  for (const monitor of watching) {
    const name = monitor.column?.name ?? ''
    const metric = await definitionOf(ctx, model.id, name, held, wish.revisionOf?.(monitor))
    if (!metric) continue
    const state = await readCustomState(ctx, metric.seriesId, version.id)
    if (state?.state !== 'done') continue
    const [now] = (await readCells(ctx, metric, version.id, cadence, window)).values()
    const isLate = readsEvents(metric.fields) && !wish.historical
    windows.set(name, {
      metric,
      summary: now?.summary ?? null,
      history: await readHistory(ctx, metric, version.id, cadence, monitor, window),
      arrivals: isLate
        ? await (wish.arrivalsOf?.(monitor) ?? readArrivals(ctx, version.id, monitor.id, cadence))
        : null,
    })
  }
  return windows
}

async function definitionOf(
  ctx: Context,
  modelId: number,
  name: string,
  held: readonly CustomMetric[],
  revision: number | undefined,
): Promise<CustomMetric | null> {
  const newest = held.find((metric) => metric.name === name) ?? null
  if (revision === undefined || newest?.id === revision) return newest
  const revisions = await ctx.metadata.listCustomRevisions(modelId, name, 1_000)
  return revisions.find(({ id }) => id === revision) ?? null
}

/** Summaries of the windows in a range. */
export async function readCells(
  ctx: Context,
  metric: CustomMetric,
  versionId: number,
  cadence: Cadence,
  range: TimeRange,
): Promise<CustomCells> {
  const stored = await ctx.series.read({
    versionId,
    profileId: NO_PROFILE,
    level: LEVEL_OF_CADENCE[cadence],
    range,
    columnIds: [customSeries(metric.seriesId)],
  })
  const cells = new Map<number, { window: TimeRange; summary: CustomSummary }>()
  for (const { startMs, bytes } of stored) {
    const summary = decodeSummary(bytes)
    if (summary.kind !== 'custom') continue
    const window = windowContaining(cadence, startMs)
    const known = cells.get(window.startMs)
    cells.set(window.startMs, { window, summary: known ? mergeCustom(known.summary, summary) : summary })
  }
  return cells
}

async function readHistory(
  ctx: Context,
  metric: CustomMetric,
  versionId: number,
  cadence: Cadence,
  { baseline }: Monitor,
  window: TimeRange,
): Promise<CustomPast[]> {
  if (baseline === 'same_hour_of_week') {
    const past: CustomPast[] = []
    for (const range of sameHourWindows(cadence, window))
      past.push(...valuesOf(metric, await readCells(ctx, metric, versionId, cadence, range)))
    return past
  }
  if (baseline !== 'trailing') return []
  const startMs = window.startMs - LOOKBACK_WINDOWS[cadence] * nominalWindowMs(cadence)
  const first = windowContaining(cadence, startMs)
  const range = { startMs: first.startMs, endMs: window.startMs }
  return valuesOf(metric, await readCells(ctx, metric, versionId, cadence, range))
}

/** Windows that have a value, oldest first. */
export function valuesOf({ aggregate }: CustomMetric, cells: CustomCells): CustomPast[] {
  return [...cells.values()]
    .sort((a, b) => a.window.startMs - b.window.startMs)
    .flatMap(({ window, summary }) => {
      const value = customValue(summary, aggregate)
      return value === null ? [] : [{ ...window, value }]
    })
}

/** How the monitor's windows changed as their events came. */
export async function readArrivals(
  ctx: Context,
  versionId: number,
  monitorId: number,
  cadence: Cadence,
): Promise<LabelledWindow[]> {
  const rows = await ctx.metadata.listEvaluations({
    versionIds: [versionId],
    monitorId,
    range: { startMs: ctx.nowMs - LABEL_LOOKBACK_WINDOWS * nominalWindowMs(cadence), endMs: ctx.nowMs },
    limit: LABEL_LOOKBACK_WINDOWS,
    withDetail: true,
  })
  return rows.flatMap(({ windowStartMs, windowEndMs, value, detail }) => {
    if (value === null) return []
    const delayMs = typeof detail.delayMs === 'number' ? detail.delayMs : null
    return [{ startMs: windowStartMs, endMs: windowEndMs, coverage: value, delayMs }]
  })
}
