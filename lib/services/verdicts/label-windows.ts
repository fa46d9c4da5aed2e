/** Owns what is stored of the labels and events of a version's windows, and judging those again for which they had their time. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import type { DueWindow } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { readsEvents } from '@/lib/domain/custom-metric'
import { ARRIVAL_METRICS, eventOfMetric, isCustom, type MetricId } from '@/lib/domain/metric'
import type { Model, Version } from '@/lib/domain/model'
import type { Monitor } from '@/lib/domain/monitor'
import { type Cadence, MINUTE_MS, nominalWindowMs } from '@/lib/domain/time'
import type { EventHistory } from '@/lib/monitor/judge-window'
import { LABEL_LOOKBACK_WINDOWS, type LabelledWindow, labelMaturityMs } from '@/lib/monitor/label-history'

/** How often it is looked for windows whose labels had their time. */
const CHECK_EVERY_MS = MINUTE_MS

/** By store: when that was done last. */
const checks = new WeakMap<MetadataStore, number>()

function listRows(
  ctx: Context,
  versionId: number,
  cadence: Cadence,
  metric: MetricId,
  monitorId?: number,
): Promise<EvaluationRow[]> {
  return ctx.metadata.listEvaluations({
    versionIds: [versionId],
    metric,
    ...(monitorId === undefined ? {} : { monitorId }),
    range: { startMs: ctx.nowMs - LABEL_LOOKBACK_WINDOWS * nominalWindowMs(cadence), endMs: ctx.nowMs },
    limit: LABEL_LOOKBACK_WINDOWS,
    withDetail: true,
  })
}

function toLabelled({ windowStartMs, windowEndMs, value, detail }: EvaluationRow): LabelledWindow[] {
  if (value === null) return []
  const delayMs = typeof detail.delayMs === 'number' ? detail.delayMs : null
  return [{ startMs: windowStartMs, endMs: windowEndMs, coverage: value, delayMs }]
}

/** Labels of a version's windows as they were judged last, oldest first. */
export async function readLabelHistory(
  ctx: Context,
  versionId: number,
  cadence: Cadence,
): Promise<LabelledWindow[]> {
  return (await listRows(ctx, versionId, cadence, 'label_coverage')).flatMap(toLabelled)
}

/** The same for the events that these monitors count. */
export async function readEventHistory(
  ctx: Context,
  versionId: number,
  cadence: Cadence,
  monitors: readonly Monitor[],
): Promise<EventHistory> {
  const history = new Map<MetricId, LabelledWindow[]>()
  for (const { metric, enabled } of monitors) {
    if (!enabled || eventOfMetric(metric) === null) continue
    history.set(metric, (await listRows(ctx, versionId, cadence, metric)).flatMap(toLabelled))
  }
  return history
}

/** Windows of a version that were judged while labels might still come, and whose time is over. */
async function maturedWindows(
  ctx: Context,
  model: Model,
  version: Version,
  metric: MetricId,
  monitorId?: number,
): Promise<DueWindow[]> {
  const rows = await listRows(ctx, version.id, model.settings.cadence, metric, monitorId)
  const maturityMs = labelMaturityMs(rows.flatMap(toLabelled))
  if (maturityMs === null) return []
  return rows
    .filter(({ historical, verdict, windowEndMs, evaluatedMs }) => {
      const completeMs = windowEndMs + maturityMs
      return (
        !historical && verdict === 'not_enough_data' && completeMs <= ctx.nowMs && evaluatedMs < completeMs
      )
    })
    .map(({ windowStartMs, windowEndMs }) => ({
      versionId: version.id,
      startMs: windowStartMs,
      endMs: windowEndMs,
      dueMs: ctx.nowMs,
      backfill: false,
    }))
}

/** Makes those windows due again, for nothing else would touch a window whose labels never came. */
export async function scheduleMaturedLabels(ctx: Context): Promise<void> {
  const lastMs = checks.get(ctx.metadata)
  if (lastMs !== undefined && ctx.nowMs - lastMs < CHECK_EVERY_MS && ctx.nowMs >= lastMs) return
  checks.set(ctx.metadata, ctx.nowMs)
  for (const model of await ctx.metadata.listModels()) {
    const customs = await ctx.metadata.listCustomMetrics(model.id)
    for (const version of await ctx.metadata.listVersions(model.id)) {
      if (version.profileId === null || version.mode === 'retired') continue
      for (const metric of ARRIVAL_METRICS) {
        const due = await maturedWindows(ctx, model, version, metric)
        if (due.length > 0) await ctx.series.addDue(due)
      }
      const eventCustoms = customs.filter(({ fields }) => readsEvents(fields))
      for (const { id, metric, column, enabled } of eventCustoms.length === 0
        ? []
        : await ctx.metadata.listMonitors(version.id)) {
        if (!enabled || !isCustom(metric) || !eventCustoms.some(({ name }) => name === column?.name)) continue
        const due = await maturedWindows(ctx, model, version, metric, id)
        if (due.length > 0) await ctx.series.addDue(due)
      }
    }
  }
}
