/** Owns the question: do the records look like the reference as a whole, beside their columns one by one? */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Model, Version } from '@/lib/domain/model'
import { HOUR_MS, nominalWindowMs, type TimeRange } from '@/lib/domain/time'
import { listFiringSpans } from '@/lib/queries/alert-item'
import { type ChartPoint, toChartPoint } from '@/lib/queries/chart-point'
import { readTraces } from '@/lib/queries/read-traces'

/** The classifier first: its number reads by itself. */
export const WHOLE_RECORD_METRICS = ['domain_auc', 'reconstruction_error'] as const

export interface Contribution {
  readonly name: string
  /** 0 … 1 */
  readonly share: number
}

export interface WholeRecordMetric {
  readonly metric: (typeof WHOLE_RECORD_METRICS)[number]
  readonly points: readonly ChartPoint[]
  /** The newest window judged. */
  readonly latest: EvaluationRow
  /** Inputs that make the difference, largest first; empty where there is none. */
  readonly contributions: readonly Contribution[]
  readonly firing: readonly TimeRange[]
}

export interface WholeRecords {
  readonly metrics: readonly WholeRecordMetric[]
  /** Why there is nothing to show; null when there is. */
  readonly absence: string | null
}

export async function getWholeRecords(
  ctx: Context,
  model: Model,
  version: Version,
  range: TimeRange,
): Promise<WholeRecords> {
  requireScope(ctx.principal, 'read')
  const [latest, monitors] = await Promise.all([
    ctx.metadata.latestEvaluations([version.id]),
    ctx.metadata.listMonitors(version.id),
  ])
  const isOwn = ({ metric }: { metric: string }) => WHOLE_RECORD_METRICS.some((own) => own === metric)
  const judged = latest.filter(isOwn)
  if (judged.length === 0) {
    return { metrics: [], absence: sayAbsence(ctx, model, version, monitors.some(isOwn)) }
  }
  const [cells, spans] = await Promise.all([
    readTraces(ctx, {
      versionId: version.id,
      metrics: WHOLE_RECORD_METRICS,
      range,
      cadence: model.settings.cadence,
      by: 'metric',
      maxTraces: WHOLE_RECORD_METRICS.length,
    }),
    listFiringSpans(ctx, version.id, range),
  ])
  const metrics = WHOLE_RECORD_METRICS.flatMap((metric): WholeRecordMetric[] => {
    const newest = judged.find((row) => row.metric === metric)
    if (!newest) return []
    const points = cells.filter((cell) => cell.metric === metric).map((cell) => toChartPoint(cell, ctx.nowMs))
    const firing = spans.filter(({ monitorIds }) => monitorIds.includes(newest.monitorId))
    return [{ metric, points, latest: newest, contributions: contributionsOf(newest), firing }]
  })
  return { metrics, absence: null }
}

/** Inputs that an evaluation of whole records named, where it found a difference. */
export function contributionsOf({ detail, verdict }: EvaluationRow): Contribution[] {
  const { contributions } = detail
  if (!Array.isArray(contributions) || (verdict !== 'drift' && verdict !== 'severe')) return []
  return contributions.filter(
    (part): part is Contribution => typeof part?.name === 'string' && typeof part?.share === 'number',
  )
}

/** The inputs to name in few words: the largest, and another that is nearly as large. */
export function mainContributions(row: EvaluationRow): string[] {
  const parts = contributionsOf(row)
  const least = (parts[0]?.share ?? 0) / 2
  return parts.slice(0, 2).flatMap(({ name, share }) => (share >= least ? [name] : []))
}

function sayAbsence(ctx: Context, model: Model, version: Version, hasMonitors: boolean): string {
  if (version.profileId === null) return 'There is no reference yet to compare whole records with.'
  if (!hasMonitors) {
    return 'The active reference keeps no rows, or has fewer than two inputs of numbers or categories. Upload it again to compare whole records.'
  }
  if (ctx.sampleRows === 0) return 'No records are kept for this: PLUMBLINE_SAMPLE_ROWS is 0.'
  if (nominalWindowMs(model.settings.cadence) < HOUR_MS) {
    return 'Whole records are compared in windows of an hour and more; the windows of this model are shorter.'
  }
  return 'No window with a sample of its records has been judged yet.'
}
