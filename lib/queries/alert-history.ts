/** Owns the question: since when is it, and how did it come? The worst member of an alert over time, in its surroundings. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import type { Alert } from '@/lib/domain/alert'
import { getMetric } from '@/lib/domain/metric'
import type { Model, Version } from '@/lib/domain/model'
import { nominalWindowMs, type TimeRange, windowContaining } from '@/lib/domain/time'
import { listChartMarkers, type Marker } from '@/lib/queries/chart-markers'
import { type ChartPoint, toChartPoint } from '@/lib/queries/chart-point'
import type { VersionSeries } from '@/lib/queries/neighbour-versions'
import { readNeighbours } from '@/lib/queries/read-neighbours'
import { readTraces } from '@/lib/queries/read-traces'
import { type ShapeInWords, shapeInWords } from '@/lib/queries/shape-words'

export interface AlertHistory {
  readonly range: TimeRange
  /** History of the worst member. */
  readonly points: readonly ChartPoint[]
  /** The same on other versions in the range. */
  readonly neighbours: readonly VersionSeries[]
  /** How the worst member came, in words. */
  readonly shape: ShapeInWords | null
  readonly markers: readonly Marker[]
  /** How often the worst member's monitor breached in the range shown. */
  readonly record: { readonly judged: number; readonly breached: number }
}

export interface HistoryWish {
  readonly alert: Alert
  readonly model: Model
  readonly version: Version
  readonly versions: readonly Version[]
  /** What the alert covers. */
  readonly span: TimeRange
  /** Of the worst member; absent where no member is shown. */
  readonly lead: EvaluationRow | undefined
}

export async function readAlertHistory(ctx: Context, wish: HistoryWish): Promise<AlertHistory> {
  const { alert, model, version, versions, lead } = wish
  const range = rangeAround(wish, ctx.nowMs)
  const points = lead ? await readPoints(ctx, wish, lead, range) : []
  return {
    range,
    points,
    // Other versions have slices of their own, with another history.
    neighbours:
      lead && !alert.slice
        ? await readNeighbours(ctx, {
            model,
            version,
            versions,
            metric: lead.metric,
            column: lead.column,
            range,
          })
        : [],
    shape: lead ? shapeInWords(points, getMetric(lead.metric).bad) : null,
    markers: await listChartMarkers(ctx, model.name, versions, range),
    record: {
      judged: points.length,
      breached: points.filter((point) => point.verdict === 'drift' || point.verdict === 'severe').length,
    },
  }
}

async function readPoints(
  ctx: Context,
  { alert, model, version }: HistoryWish,
  { metric, column, monitorId }: EvaluationRow,
  range: TimeRange,
): Promise<ChartPoint[]> {
  const cells = await readTraces(ctx, {
    versionId: version.id,
    metrics: [metric],
    ...(column ? { column } : {}),
    ...(alert.slice ? { sliceId: alert.slice.id } : {}),
    range,
    cadence: model.settings.cadence,
    by: 'monitor',
    maxTraces: 2,
  })
  return cells
    .filter((cell) => cell.monitorId === monitorId)
    .map((cell) => ({ ...toChartPoint(cell, ctx.nowMs), note: null }))
}

/** From a stretch of calm before the onset to some windows after the end; history ends where its data does. */
function rangeAround({ alert, span, model, versions }: HistoryWish, nowMs: number): TimeRange {
  const { cadence } = model.settings
  const windowMs = nominalWindowMs(cadence)
  const lengthMs = Math.max(span.endMs - span.startMs, 24 * windowMs)
  const firstMs = Math.min(...versions.flatMap((version) => version.firstRecordMs ?? []), span.startMs)
  const afterMs = alert.historical && alert.resolvedMs === null ? 0 : 6 * windowMs
  return {
    // Before the first record of all there is nothing to show.
    startMs: Math.max(
      span.startMs - Math.min(lengthMs, 168 * windowMs),
      windowContaining(cadence, firstMs).startMs,
    ),
    endMs: Math.min(Math.max(span.endMs, span.startMs + windowMs) + afterMs, Math.max(nowMs, span.endMs)),
  }
}
