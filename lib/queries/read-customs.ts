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
  /** Earlier windows, where many windows are judged in a row. */
  readonly past?: CustomHistory
}

/** Values of the windows of a span, read once for all that are judged in it. */
export class CustomHistory {
  private readonly known = new Map<string, Promise<CustomPast[]>>()

  constructor(private readonly span: TimeRange) {}

  /** All of them, oldest first; null where not all windows before this one lie within the span. */
  before(...[ctx, metric, series, cadence, fromMs]: Where): Promise<CustomPast[]> | null {
    if (fromMs < this.span.startMs) return null
    const key = `${metric.seriesId} ${series} ${cadence}`
    const known =
      this.known.get(key) ??
      readCells(ctx, metric, series, cadence, this.span).then((cells) => valuesOf(metric, cells))
    this.known.set(key, known)
    return known
  }
}

/** @param fromMs the first instant that is looked at */
type Where = [ctx: Context, metric: CustomMetric, series: number, cadence: Cadence, fromMs: number]

/**
 * By the name of the definition; one whose history is still being read is left out.
 * @param version goes by the number that its summaries stand under, which is another one for a slice of it
 */
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
      summary: await readCustomSpan(ctx, metric, version.id, level, window),
      history:
        step === null ? [] : await readHistory(ctx, metric, version.id, step, monitor, window, wish.past),
      arrivals: isLate ? await (wish.arrivalsOf?.(monitor) ?? readArrivals(ctx, monitor, cadence)) : null,
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
export async function readCustomSpan(
  ...where: Parameters<typeof readBuckets>
): Promise<CustomSummary | null> {
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
  past?: CustomHistory,
): Promise<CustomPast[]> {
  const earlier = earlierWindows(cadence, baseline, window)
  const [first] = earlier
  if (!first) return []
  const known = await past?.before(ctx, metric, versionId, cadence, first.startMs)
  if (known) {
    const isAsked = (startMs: number) =>
      earlier.some((range) => startMs >= range.startMs && startMs < range.endMs)
    return known.filter(({ startMs }) => isAsked(startMs))
  }
  const found: CustomPast[] = []
  for (const range of earlier)
    found.push(...valuesOf(metric, await readCells(ctx, metric, versionId, cadence, range)))
  return found
}

/** Where the windows lie that one is compared with, oldest first. */
function earlierWindows(cadence: Cadence, baseline: Monitor['baseline'], window: TimeRange): TimeRange[] {
  if (baseline === 'same_hour_of_week') return hasStoredWeeks(cadence) ? sameHourWindows(cadence, window) : []
  if (baseline !== 'trailing') return []
  const startMs = window.startMs - LOOKBACK_WINDOWS[cadence] * nominalWindowMs(cadence)
  return [{ startMs: windowContaining(cadence, startMs).startMs, endMs: window.startMs }]
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
  { id: monitorId, versionId }: Pick<Monitor, 'id' | 'versionId'>,
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
