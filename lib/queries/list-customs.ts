/** Owns the question: which custom metrics does a model have, how far are they counted, and what were they over time? */
import { sliceSeries } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { CustomMetric } from '@/lib/domain/custom-metric'
import type { Model, Version } from '@/lib/domain/model'
import type { Monitor } from '@/lib/domain/monitor'
import type { Slice } from '@/lib/domain/slice'
import type { TimeRange } from '@/lib/domain/time'
import { isMonitorOf } from '@/lib/monitor/custom-monitors'
import { sayMissing } from '@/lib/monitor/measures/custom'
import type { ChartPoint } from '@/lib/queries/chart-point'
import { readCustomState } from '@/lib/queries/custom-state'
import { type CustomCells, readCells } from '@/lib/queries/read-customs'
import { requireModel } from '@/lib/queries/require-model'
import { type CustomSummary, customValue, mergeCustom } from '@/lib/summary/custom'

const MAX_REVISIONS = 50

/** `waiting`: nothing was counted yet; `reading`: the log is being read; `done`. */
export type CustomProgress = 'waiting' | 'reading' | 'done'

export interface CustomTrace {
  readonly metric: CustomMetric
  /** The slice that it is counted in; null: all records. */
  readonly slice: Slice | null
  readonly progress: CustomProgress
  readonly monitor: Monitor | null
  readonly points: readonly ChartPoint[]
  /** Why records of the range have no value, as a sentence; empty where all have one. */
  readonly without: string
}

/** Definitions that hold, with the progress of a version; null where there is none yet. */
export async function listCustoms(ctx: Context, modelName: string): Promise<readonly CustomMetric[]> {
  requireScope(ctx.principal, 'read')
  return ctx.metadata.listCustomMetrics((await requireModel(ctx, modelName)).id)
}

/** Revisions of one name, newest first. @throws AppError `not_found` for an unknown model */
export async function listCustomHistory(
  ctx: Context,
  modelName: string,
  name: string,
): Promise<readonly CustomMetric[]> {
  requireScope(ctx.principal, 'read')
  return ctx.metadata.listCustomRevisions((await requireModel(ctx, modelName)).id, name, MAX_REVISIONS)
}

/**
 * The custom metrics of a version over a range, window by window.
 * @param withSlices each is followed by the slices that it is counted in
 */
export async function readCustomTraces(
  ctx: Context,
  model: Model,
  version: Version,
  range: TimeRange,
  withSlices = false,
): Promise<CustomTrace[]> {
  requireScope(ctx.principal, 'read')
  const metrics = await ctx.metadata.listCustomMetrics(model.id)
  if (metrics.length === 0) return []
  const isWatched = version.profileId !== null
  const whole = isWatched ? await ctx.metadata.listMonitors(version.id) : []
  const slices = withSlices ? await countedSlices(ctx, model, metrics) : []
  const sliced = isWatched && slices.length > 0 ? await ctx.metadata.listSliceMonitors(version.id) : []
  const traces: CustomTrace[] = []
  for (const metric of metrics) {
    for (const slice of [null, ...slices.filter(({ name }) => metric.slices?.includes(name))]) {
      const own = (slice ? sliced.filter((each) => each.slice?.id === slice.id) : whole).filter((each) =>
        isMonitorOf(each, metric.name),
      )
      const monitor = own.find(({ enabled }) => enabled) ?? own[0] ?? null
      const series = slice ? sliceSeries(slice.id, version.id) : version.id
      const state = await readCustomState(ctx, metric.seriesId, series)
      const progress = state === null ? 'waiting' : state.state === 'done' ? 'done' : 'reading'
      const cells = await readCells(ctx, metric, series, model.settings.cadence, range)
      traces.push({
        metric,
        slice,
        progress,
        monitor,
        ...(await pointsOf(ctx, metric, monitor, cells, range)),
      })
    }
  }
  return traces
}

/** The slices that any of these is counted in. */
export async function countedSlices(
  ctx: Context,
  model: Model,
  metrics: readonly CustomMetric[],
): Promise<Slice[]> {
  const named = new Set(metrics.flatMap(({ slices = [] }) => slices))
  return named.size === 0
    ? []
    : (await ctx.metadata.listSlices(model.id)).filter(({ name }) => named.has(name))
}

async function pointsOf(
  ctx: Context,
  metric: CustomMetric,
  monitor: Monitor | null,
  cells: CustomCells,
  range: TimeRange,
): Promise<Pick<CustomTrace, 'points' | 'without'>> {
  const judged = monitor
    ? await ctx.metadata.listEvaluations({
        versionIds: [monitor.versionId],
        monitorId: monitor.id,
        range,
        limit: MAX_POINTS,
        withDetail: false,
      })
    : []
  const byStart = new Map(judged.map((row) => [row.windowStartMs, row]))
  let whole: CustomSummary | null = null
  const points: ChartPoint[] = []
  for (const { window, summary } of [...cells.values()].sort((a, b) => a.window.startMs - b.window.startMs)) {
    whole = whole ? mergeCustom(whole, summary) : summary
    const row = byStart.get(window.startMs)
    points.push({
      ...window,
      value: customValue(summary, metric.aggregate),
      limit: row?.limit ?? null,
      n: summary.n,
      verdict: row?.verdict ?? null,
      isRevised: (row?.revision ?? 1) > 1,
      isPartial: window.endMs > ctx.nowMs,
      note: null,
    })
  }
  return { points: points.slice(-MAX_POINTS), without: whole ? sayMissing(whole) : '' }
}

/** A month of hours: more do not fit on a screen. */
const MAX_POINTS = 800
