/** Owns reading what monitors of custom metrics look at: their summaries of a window, and values of earlier ones. */
import { customSeries, NO_PROFILE } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { type CustomMetric, readsEvents } from '@/lib/domain/custom-metric'
import { isCustom } from '@/lib/domain/metric'
import type { Monitor } from '@/lib/domain/monitor'
import {
  type BucketLevel,
  type Cadence,
  LEVEL_OF_CADENCE,
  nominalWindowMs,
  type TimeRange,
  windowContaining,
} from '@/lib/domain/time'
import {
  type CustomPast,
  type CustomWindow,
  hasStoredWeeks,
  sameHourWindows,
} from '@/lib/monitor/custom-window'
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
  /** The window is one of these, or stands alone (null), and is read from such buckets; by default one of the model's. */
  readonly span?: { readonly step: Cadence | null; readonly level: BucketLevel }
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
  const { step, level } = wish.span ?? { step: cadence, level: LEVEL_OF_CADENCE[cadence] }
  const own = windowContaining(cadence, window.startMs)
  const isOtherSpan = own.startMs !== window.startMs || own.endMs !== window.endMs
  const held = await ctx.metadata.listCustomMetrics(model.id)
  for (const monitor of watching) {
    const name = monitor.column?.name ?? ''
    const metric = await definitionOf(ctx, model.id, name, held, wish.revisionOf?.(monitor))
    if (!metric) continue
    const state = await readCustomState(ctx, metric.seriesId, version.id)
    if (state?.state !== 'done') continue
    const isLate = readsEvents(metric.fields) && !wish.historical
    windows.set(name, {
      metric,
      summary: await readSummary(ctx, metric, version.id, level, window),
      history: step === null ? [] : await readHistory(ctx, metric, version.id, step, monitor, window),
      arrivals: isLate
        ? await (wish.arrivalsOf?.(monitor) ?? readArrivals(ctx, version.id, monitor.id, cadence))
        : null,
      ...(isOtherSpan ? { isOtherSpan } : {}),
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

/** What is stored of a series in a range, bucket by bucket. */
async function readBuckets(
  ctx: Context,
  { seriesId }: CustomMetric,
  versionId: number,
  level: BucketLevel,
  range: TimeRange,
): Promise<{ startMs: number; summary: CustomSummary }[]> {
  const columnIds = [customSeries(seriesId)]
  const stored = await ctx.series.read({ versionId, profileId: NO_PROFILE, level, range, columnIds })
  return stored.flatMap(({ startMs, bytes }) => {
    const summary = decodeSummary(bytes)
    return summary.kind === 'custom' ? [{ startMs, summary }] : []
  })
}

/** The whole range as one; null: no record was counted in it. */
async function readSummary(...where: Parameters<typeof readBuckets>): Promise<CustomSummary | null> {
  const buckets = await readBuckets(...where)
  return buckets.reduce<CustomSummary | null>(
    (merged, { summary }) => (merged ? mergeCustom(merged, summary) : summary),
    null,
  )
}

/** Summaries of the windows in a range. */
export async function readCells(
  ctx: Context,
  metric: CustomMetric,
  versionId: number,
  cadence: Cadence,
  range: TimeRange,
): Promise<CustomCells> {
  const cells = new Map<number, { window: TimeRange; summary: CustomSummary }>()
  const level = LEVEL_OF_CADENCE[cadence]
  for (const { startMs, summary } of await readBuckets(ctx, metric, versionId, level, range)) {
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
    if (!hasStoredWeeks(cadence)) return []
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
