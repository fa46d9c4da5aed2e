/** Owns the question: which custom metrics does a model have, how far are they counted, and what were they over time? */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { CustomMetric } from '@/lib/domain/custom-metric'
import type { Model, Version } from '@/lib/domain/model'
import type { Monitor } from '@/lib/domain/monitor'
import type { TimeRange } from '@/lib/domain/time'
import { isMonitorOf } from '@/lib/monitor/custom-monitors'
import { sayMissing } from '@/lib/monitor/measures/custom'
import type { ChartPoint } from '@/lib/queries/chart-point'
import { readCustomState } from '@/lib/queries/custom-state'
import { requireModel } from '@/lib/queries/preview-custom'
import { readCells } from '@/lib/queries/read-customs'
import { type CustomSummary, customValue, mergeCustom } from '@/lib/summary/custom'

const MAX_REVISIONS = 50

/** `waiting`: nothing was counted yet; `reading`: the log is being read; `done`. */
export type CustomProgress = 'waiting' | 'reading' | 'done'

export interface CustomTrace {
  readonly metric: CustomMetric
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

/** The custom metrics of a version over a range, window by window. */
export async function readCustomTraces(
  ctx: Context,
  model: Model,
  version: Version,
  range: TimeRange,
): Promise<CustomTrace[]> {
  requireScope(ctx.principal, 'read')
  const metrics = await ctx.metadata.listCustomMetrics(model.id)
  if (metrics.length === 0) return []
  const monitors = version.profileId === null ? [] : await ctx.metadata.listMonitors(version.id)
  const traces: CustomTrace[] = []
  for (const metric of metrics) {
    const monitor =
      monitors.find((each) => isMonitorOf(each, metric.name) && each.enabled) ??
      monitors.find((each) => isMonitorOf(each, metric.name)) ??
      null
    const state = await readCustomState(ctx, metric.seriesId, version.id)
    const progress = state === null ? 'waiting' : state.state === 'done' ? 'done' : 'reading'
    traces.push({
      metric,
      progress,
      monitor,
      ...(await pointsOf(ctx, model, version, range, metric, monitor)),
    })
  }
  return traces
}

async function pointsOf(
  ctx: Context,
  model: Model,
  version: Version,
  range: TimeRange,
  metric: CustomMetric,
  monitor: Monitor | null,
): Promise<Pick<CustomTrace, 'points' | 'without'>> {
  const cells = await readCells(ctx, metric, version.id, model.settings.cadence, range)
  const judged = monitor
    ? await ctx.metadata.listEvaluations({
        versionIds: [version.id],
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
