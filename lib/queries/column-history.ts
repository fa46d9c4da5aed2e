/** Owns the question: how did one column move over time, and what did a chosen window look like against the reference? */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { ColumnRef } from '@/lib/domain/column'
import { AppError } from '@/lib/domain/errors'
import type { Verdict } from '@/lib/domain/evaluation'
import { BREACH_VERDICTS } from '@/lib/domain/evaluation'
import type { Model, Version } from '@/lib/domain/model'
import type { ColumnProfile } from '@/lib/domain/profile'
import { nominalWindowMs, type TimeRange } from '@/lib/domain/time'
import { type FiringSpan, listFiringSpans } from '@/lib/queries/alert-item'
import { type ChartPoint, toChartPoint } from '@/lib/queries/chart-point'
import type { VersionSeries } from '@/lib/queries/neighbour-versions'
import { rankVerdict } from '@/lib/queries/rank-verdict'
import { readNeighbours } from '@/lib/queries/read-neighbours'
import { readTraces } from '@/lib/queries/read-traces'
import { type ShapeInWords, shapeInWords } from '@/lib/queries/shape-words'

/** Metrics that a column may have besides its drift, in the order of the page. */
const OTHER_METRICS = [
  'missing_share',
  'type_changed_share',
  'unseen_share',
  'out_of_range_share',
  'mean_length',
  'class_share',
] as const

/** Verdicts that have no distance and yet say what happened to the column. */
const SPEAKS_WITHOUT_VALUE: ReadonlySet<Verdict> = new Set([
  'all_missing',
  'type_changed',
  'constant',
  'error',
])

/** A chart cell of a long range holds several windows; the worst of these is shown. */
const MAX_WINDOWS_A_CELL = 200

export interface MetricHistory {
  readonly metric: string
  readonly points: readonly ChartPoint[]
}

export interface ColumnHistory {
  readonly reference: ColumnProfile | null
  readonly driftMetric: 'drift' | 'output_drift'
  readonly drift: readonly ChartPoint[]
  /** How the drift came, in words; null while the column does not drift in the range. */
  readonly shape: ShapeInWords | null
  /** The same drift on other versions in the range. */
  readonly neighbours: readonly VersionSeries[]
  readonly others: readonly MetricHistory[]
  /** Alerts that this column took part in. */
  readonly spans: readonly FiringSpan[]
  /** The chosen window's evaluation with its bins; the newest one when none was chosen. */
  readonly selected: EvaluationRow | null
  /** Neighbours of the chosen window, for moving by keyboard. */
  readonly previousMs: number | null
  readonly nextMs: number | null
}

/** @throws AppError `not_found` when the version has no such column */
export async function getColumnHistory(
  ctx: Context,
  model: Model,
  version: Version,
  versions: readonly Version[],
  column: ColumnRef,
  range: TimeRange,
  selectedMs: number | null,
): Promise<ColumnHistory> {
  requireScope(ctx.principal, 'read')
  const driftMetric = column.family === 'input' ? 'drift' : 'output_drift'
  const [registered, stored, cells, spans, neighbours] = await Promise.all([
    ctx.metadata.listColumns(version.id),
    version.profileId === null ? null : ctx.metadata.findProfile(version.profileId),
    readTraces(ctx, {
      versionId: version.id,
      metrics: [driftMetric, ...OTHER_METRICS],
      column,
      range,
      cadence: model.settings.cadence,
      by: 'metric',
      maxTraces: OTHER_METRICS.length + 1,
    }),
    listFiringSpans(ctx, version.id, range),
    readNeighbours(ctx, { model, version, versions, metric: driftMetric, column, range }),
  ])
  const isSame = (other: ColumnRef) => other.family === column.family && other.name === column.name
  const reference = stored?.profile.columns.find(isSame) ?? null
  if (!reference && !registered.some(isSame)) {
    throw new AppError('not_found', 'This version has no column of this name.')
  }
  const monitorIds = new Set(cells.map((cell) => cell.monitorId))
  // The column is the page's subject: no point needs to name it.
  const pointsOf = (metric: string) =>
    cells
      .filter((cell) => cell.metric === metric)
      .map((cell) => ({ ...toChartPoint(cell, ctx.nowMs), note: null }))
  const drift = pointsOf(driftMetric)
  const selected = await findSelected(ctx, version, column, driftMetric, drift, selectedMs, model)
  // A chosen window that nobody judged still has neighbours, or there is no way on from it.
  const hereMs = selected?.windowStartMs ?? selectedMs
  return {
    reference,
    driftMetric,
    drift,
    shape: drift.some((point) => point.verdict !== null && BREACH_VERDICTS.has(point.verdict))
      ? shapeInWords(drift)
      : null,
    neighbours,
    others: OTHER_METRICS.flatMap((metric) => {
      const points = pointsOf(metric)
      return points.length === 0 ? [] : [{ metric, points }]
    }),
    spans: spans.filter((span) => span.monitorIds.some((id) => monitorIds.has(id))),
    selected,
    previousMs: hereMs === null ? null : (drift.findLast((point) => point.endMs <= hereMs)?.startMs ?? null),
    nextMs: hereMs === null ? null : (drift.find((point) => point.startMs > hereMs)?.startMs ?? null),
  }
}

async function findSelected(
  ctx: Context,
  version: Version,
  column: ColumnRef,
  metric: string,
  points: readonly ChartPoint[],
  selectedMs: number | null,
  model: Model,
): Promise<EvaluationRow | null> {
  const speaking = points.findLast(
    (point) => point.value !== null || (point.verdict !== null && SPEAKS_WITHOUT_VALUE.has(point.verdict)),
  )
  const startMs = selectedMs ?? (speaking ?? points.at(-1))?.startMs
  if (startMs === undefined) return null
  const endMs = points.find((point) => point.startMs === startMs)?.endMs
  const rows = await ctx.metadata.listEvaluations({
    versionIds: [version.id],
    column,
    metric,
    range: { startMs, endMs: endMs ?? startMs + nominalWindowMs(model.settings.cadence) / 2 },
    limit: MAX_WINDOWS_A_CELL,
    withDetail: false,
  })
  const [first, ...others] = rows
  if (!first) return null
  const worst = others.reduce((a, b) => (isWorse(b, a) ? b : a), first)
  return ctx.metadata.findEvaluation(worst.id)
}

/** Whether `a` says more against the column than `b`: by verdict, then by distance. */
function isWorse(a: EvaluationRow, b: EvaluationRow): boolean {
  const gap = rankVerdict(a.verdict) - rankVerdict(b.verdict)
  return gap > 0 || (gap === 0 && (a.value ?? -1) > (b.value ?? -1))
}
