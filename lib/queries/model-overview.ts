/** Owns the question: how is this version doing, in software, input and output, on one time axis? */

import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Verdict } from '@/lib/domain/evaluation'
import type { Model, Version } from '@/lib/domain/model'
import type { TimeRange } from '@/lib/domain/time'
import { type AlertItem, type FiringSpan, listFiringSpans, toAlertItems } from '@/lib/queries/alert-item'
import { type ChartPoint, toRatioPoint } from '@/lib/queries/chart-point'
import { rankVerdict } from '@/lib/queries/rank-verdict'
import { readTraces } from '@/lib/queries/read-traces'
import { readTraffic, type TrafficCell } from '@/lib/queries/read-traffic'
import { toTrafficPoints } from '@/lib/queries/traffic-points'

export interface FamilyVerdict {
  readonly worst: Verdict | null
  /** Columns or metrics judged, and how many of them breach. */
  readonly judged: number
  readonly breached: number
  readonly sentence: string
}

export interface ReadinessItem {
  readonly isDone: boolean
  readonly sentence: string
}

export interface ModelOverview {
  readonly latency: readonly ChartPoint[]
  readonly volume: readonly ChartPoint[]
  readonly input: readonly ChartPoint[]
  readonly output: readonly ChartPoint[]
  readonly spans: readonly FiringSpan[]
  readonly alerts: readonly AlertItem[]
  readonly families: Readonly<Record<'software' | 'input' | 'output', FamilyVerdict>>
  readonly readiness: readonly ReadinessItem[]
  readonly lastWindowStartMs: number | null
  readonly traffic: {
    readonly records: number
    readonly errorShare: number | null
    readonly p95: number | null
  }
}

const INPUT_METRICS = ['drift', 'missing_share', 'unseen_share', 'out_of_range_share', 'type_changed_share']
const OUTPUT_METRICS = ['output_drift', 'null_share', 'class_share']

/** Everything the model page shows for one version and range. */
export async function getModelOverview(
  ctx: Context,
  model: Model,
  version: Version,
  range: TimeRange,
): Promise<ModelOverview> {
  requireScope(ctx.principal, 'read')
  const wish = { versionId: version.id, range, cadence: model.settings.cadence, by: 'metric' as const }
  const [traffic, inputs, outputs, spans, latest, open] = await Promise.all([
    readTraffic(ctx, version, range),
    readTraces(ctx, { ...wish, metrics: ['drift'], maxTraces: 1 }),
    readTraces(ctx, { ...wish, metrics: ['output_drift'], maxTraces: 1 }),
    listFiringSpans(ctx, version.id, range),
    ctx.metadata.latestEvaluations([version.id]),
    ctx.metadata.listAlerts({
      modelId: model.id,
      states: ['firing', 'recovering'],
      historical: false,
      limit: 50,
    }),
  ])
  const newest = Math.max(...latest.map((row) => row.windowStartMs), Number.NEGATIVE_INFINITY)
  return {
    latency: toTrafficPoints(traffic, (cell) => cell.latencyP95, ctx.nowMs),
    volume: toTrafficPoints(traffic, (cell) => cell.perSecond, ctx.nowMs),
    input: inputs.map((cell) => toRatioPoint(cell, ctx.nowMs)),
    output: outputs.map((cell) => toRatioPoint(cell, ctx.nowMs)),
    spans,
    alerts: await toAlertItems(ctx, open),
    families: {
      software: familyVerdict(latest, isSoftware),
      input: familyVerdict(latest, (row) => INPUT_METRICS.includes(row.metric)),
      output: familyVerdict(latest, (row) => OUTPUT_METRICS.includes(row.metric)),
    },
    readiness: readinessOf(version, latest.length),
    lastWindowStartMs: Number.isFinite(newest) ? newest : null,
    traffic: totals(traffic),
  }
}

function isSoftware(row: EvaluationRow): boolean {
  return [
    'throughput',
    'latency_p50',
    'latency_p95',
    'latency_p99',
    'error_share',
    'memory_mean',
    'load_mean',
  ].includes(row.metric)
}

function familyVerdict(
  latest: readonly EvaluationRow[],
  belongs: (row: EvaluationRow) => boolean,
): FamilyVerdict {
  const rows = latest.filter(belongs)
  const worst = rows.reduce<EvaluationRow | null>(
    (a, b) => (a === null || rankVerdict(b.verdict) > rankVerdict(a.verdict) ? b : a),
    null,
  )
  if (!worst) return { worst: null, judged: 0, breached: 0, sentence: 'Nothing was judged yet.' }
  const breached = rows.filter((row) => rankVerdict(row.verdict) >= rankVerdict('drift')).length
  const sentence =
    worst.verdict === 'ok' ? `All ${rows.length} checks are within their limits.` : worst.reason
  return { worst: worst.verdict, judged: rows.length, breached, sentence }
}

function readinessOf(version: Version, evaluations: number): ReadinessItem[] {
  return [
    {
      isDone: version.firstRecordMs !== null,
      sentence: version.firstRecordMs !== null ? 'Records arrive.' : 'No record has arrived yet.',
    },
    {
      isDone: version.profileId !== null,
      sentence:
        version.profileId !== null
          ? 'A reference profile is active.'
          : 'There is no active reference profile: upload the data the version was built on.',
    },
    {
      isDone: evaluations > 0,
      sentence: evaluations > 0 ? 'Windows are being judged.' : 'No window has been judged yet.',
    },
  ]
}

function totals(cells: readonly TrafficCell[]): ModelOverview['traffic'] {
  const records = cells.reduce((sum, cell) => sum + cell.records, 0)
  const errors = cells.reduce((sum, cell) => sum + cell.errorShare * cell.records, 0)
  const last = [...cells].reverse().find((cell) => cell.latencyP95 !== null)
  return { records, errorShare: records === 0 ? null : errors / records, p95: last?.latencyP95 ?? null }
}
