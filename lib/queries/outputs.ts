/** Owns the question: did the predictions move, and how good are they where labels came? */
import type { TraceCell } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { EVENT_METRICS, eventOfMetric } from '@/lib/domain/metric'
import type { Model, Version } from '@/lib/domain/model'
import type { ReferenceQuality } from '@/lib/domain/profile'
import type { TimeRange } from '@/lib/domain/time'
import { type FiringSpan, listFiringSpans } from '@/lib/queries/alert-item'
import { type ChartPoint, toChartPoint } from '@/lib/queries/chart-point'
import { type RankedColumn, rankColumns } from '@/lib/queries/ranked-inputs'
import { type EventRate, readEvents } from '@/lib/queries/read-events'
import { readTraces } from '@/lib/queries/read-traces'

/** Metrics of the whole version, in the order of the page. */
export const QUALITY_METRICS = ['accuracy', 'f1', 'roc_auc', 'mae', 'rmse', 'label_coverage'] as const

export interface OutputMetric {
  readonly metric: string
  readonly points: readonly ChartPoint[]
  /** Value on the reference rows, where they carry labels. */
  readonly reference: number | null
}

export interface Outputs {
  readonly columns: readonly RankedColumn[]
  readonly nullShare: readonly ChartPoint[]
  readonly quality: readonly OutputMetric[]
  /** What users did with the predictions; empty where no event came. */
  readonly events: readonly EventRate[]
  readonly reference: ReferenceQuality | null
  readonly spans: readonly FiringSpan[]
}

export async function getOutputs(
  ctx: Context,
  model: Model,
  version: Version,
  range: TimeRange,
): Promise<Outputs> {
  requireScope(ctx.principal, 'read')
  const [ranked, cells, spans, stored, events] = await Promise.all([
    rankColumns(ctx, model, version, range, 'output'),
    readTraces(ctx, {
      versionId: version.id,
      metrics: ['null_share', ...QUALITY_METRICS, ...EVENT_METRICS],
      range,
      cadence: model.settings.cadence,
      by: 'metric',
      maxTraces: QUALITY_METRICS.length + EVENT_METRICS.length + 1,
    }),
    listFiringSpans(ctx, version.id, range),
    version.profileId === null ? null : ctx.metadata.findProfile(version.profileId),
    readEvents(ctx, version, range),
  ])
  const pointsOf = (metric: string) =>
    cells.filter((cell) => cell.metric === metric).map((cell) => toChartPoint(cell, ctx.nowMs))
  const reference = stored?.profile.quality ?? null
  return {
    columns: ranked.columns,
    nullShare: pointsOf('null_share'),
    quality: QUALITY_METRICS.flatMap((metric) => {
      const points = pointsOf(metric)
      const hasAny = points.some((point) => point.value !== null)
      return hasAny ? [{ metric, points, reference: reference?.metrics[metric] ?? null }] : []
    }),
    events: events.map((rate) => withLimit(rate, cells)),
    reference,
    spans: spans.filter((span) => ['output_drift', 'quality', 'schema', 'data_quality'].includes(span.cause)),
  }
}

/** Draws the newest limit of an event that a monitor judges. */
function withLimit(rate: EventRate, cells: readonly TraceCell[]): EventRate {
  const metric = EVENT_METRICS.find((each) => eventOfMetric(each) === rate.event)
  const limit = cells.findLast((cell) => cell.metric === metric && cell.limit !== null)?.limit
  if (metric === undefined || limit === undefined) return rate
  return { ...rate, points: rate.points.map((point) => ({ ...point, limit })) }
}
