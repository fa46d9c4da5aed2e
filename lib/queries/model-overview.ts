/** Owns the question: how is this version doing, in software, input and output, on one time axis? */

import type { EvaluationRow, TraceCell } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Alert } from '@/lib/domain/alert'
import type { Verdict } from '@/lib/domain/evaluation'
import type { Model, Version } from '@/lib/domain/model'
import type { TimeRange } from '@/lib/domain/time'
import { TRAILING_METRICS } from '@/lib/monitor/traffic-value'
import { type AlertItem, type FiringSpan, listFiringSpans, toAlertItems } from '@/lib/queries/alert-item'
import { MAX_LANE_CELLS } from '@/lib/queries/cell-size'
import { type ChartPoint, toRatioPoint } from '@/lib/queries/chart-point'
import { neighbourVersions, type VersionSeries } from '@/lib/queries/neighbour-versions'
import { sortWorstFirst } from '@/lib/queries/rank-alerts'
import { rankVerdict, worstOfModel } from '@/lib/queries/rank-verdict'
import { readTraces } from '@/lib/queries/read-traces'
import { readTraffic, type TrafficCell } from '@/lib/queries/read-traffic'
import { type ReadinessItem, readinessOf } from '@/lib/queries/readiness'
import { staleAfterMs } from '@/lib/queries/stale-after'
import { toTrafficPoints } from '@/lib/queries/traffic-points'

export interface FamilyVerdict {
  readonly worst: Verdict | null
  /** Columns or metrics judged, and how many of them breach. */
  readonly judged: number
  readonly breached: number
  /** Too little or no data for a verdict. */
  readonly undecided: number
  readonly sentence: string
}

export interface ModelOverview {
  readonly latency: readonly VersionSeries[]
  readonly volume: readonly VersionSeries[]
  readonly input: readonly VersionSeries[]
  readonly output: readonly VersionSeries[]
  readonly spans: readonly FiringSpan[]
  /** Open ones, worst first. */
  readonly alerts: readonly AlertItem[]
  /** Alerts that back-filled data raised, open ones first, newest first; at most 10. They never notified anyone. */
  readonly historicalAlerts: readonly AlertItem[]
  readonly families: Readonly<Record<'software' | 'input' | 'output', FamilyVerdict>>
  readonly readiness: readonly ReadinessItem[]
  readonly lastWindowStartMs: number | null
  /** No record for three windows, and for a day at least. */
  readonly isStale: boolean
  readonly traffic: {
    readonly records: number
    readonly errorShare: number | null
    readonly p95: number | null
  }
}

const MAX_HISTORICAL = 10
const INPUT_METRICS = ['drift', 'missing_share', 'unseen_share', 'out_of_range_share', 'type_changed_share']
const OUTPUT_METRICS = ['output_drift', 'null_share', 'class_share']

/** Everything the model page shows for one version and range. */
export async function getModelOverview(
  ctx: Context,
  model: Model,
  version: Version,
  versions: readonly Version[],
  range: TimeRange,
): Promise<ModelOverview> {
  requireScope(ctx.principal, 'read')
  const shown = [version, ...neighbourVersions(version, versions, range)]
  const [lanes, spans, latest, open, historical] = await Promise.all([
    Promise.all(shown.map((each) => readLanes(ctx, model, each, range))),
    listFiringSpans(ctx, version.id, range),
    ctx.metadata.latestEvaluations([version.id]),
    ctx.metadata.listAlerts({
      modelId: model.id,
      states: ['firing', 'recovering'],
      historical: false,
      limit: 50,
    }),
    readHistoricalAlerts(ctx, model),
  ])
  const newest = Math.max(...latest.map((row) => row.windowStartMs), Number.NEGATIVE_INFINITY)
  return {
    latency: seriesOf(lanes, (lane) => toTrafficPoints(lane.traffic, (cell) => cell.latencyP95, ctx.nowMs)),
    volume: seriesOf(lanes, (lane) => toTrafficPoints(lane.traffic, (cell) => cell.perSecond, ctx.nowMs)),
    input: seriesOf(lanes, (lane) => lane.inputs.map((cell) => toRatioPoint(cell, ctx.nowMs))),
    output: seriesOf(lanes, (lane) => lane.outputs.map((cell) => toRatioPoint(cell, ctx.nowMs))),
    spans,
    alerts: await toAlertItems(ctx, await sortWorstFirst(ctx, open)),
    historicalAlerts: await toAlertItems(ctx, historical),
    families: {
      software: familyVerdict(latest, isSoftware),
      input: familyVerdict(latest, (row) => INPUT_METRICS.includes(row.metric)),
      output: familyVerdict(latest, (row) => OUTPUT_METRICS.includes(row.metric)),
    },
    readiness: readinessOf({
      version,
      cadence: model.settings.cadence,
      latest,
      drifts: (lanes[0]?.inputs ?? []).map((cell) => cell.verdict),
      nowMs: ctx.nowMs,
    }),
    lastWindowStartMs: Number.isFinite(newest) ? newest : null,
    isStale: (version.lastRecordMs ?? 0) < ctx.nowMs - staleAfterMs(model.settings.cadence),
    traffic: totals(lanes[0]?.traffic ?? []),
  }
}

/** Open ones are asked for apart, so that many resolved ones cannot crowd them out. */
async function readHistoricalAlerts(ctx: Context, model: Model): Promise<Alert[]> {
  const past = { modelId: model.id, historical: true, limit: MAX_HISTORICAL }
  const open = await ctx.metadata.listAlerts({ ...past, states: ['firing', 'recovering'] })
  const resolved = await ctx.metadata.listAlerts({ ...past, states: ['resolved'] })
  return [...open, ...resolved].slice(0, MAX_HISTORICAL)
}

interface VersionLanes {
  readonly version: string
  readonly traffic: readonly TrafficCell[]
  readonly inputs: readonly TraceCell[]
  readonly outputs: readonly TraceCell[]
}

async function readLanes(
  ctx: Context,
  model: Model,
  version: Version,
  range: TimeRange,
): Promise<VersionLanes> {
  const wish = { versionId: version.id, range, cadence: model.settings.cadence, by: 'metric' as const }
  const [traffic, cells] = await Promise.all([
    readTraffic(ctx, version, range),
    readTraces(ctx, { ...wish, metrics: ['drift', 'output_drift'], maxTraces: 2, maxCells: MAX_LANE_CELLS }),
  ])
  return {
    version: version.name,
    traffic,
    inputs: cells.filter((cell) => cell.metric === 'drift'),
    outputs: cells.filter((cell) => cell.metric === 'output_drift'),
  }
}

/** Lines that have something to draw. */
function seriesOf(
  lanes: readonly VersionLanes[],
  toPoints: (lane: VersionLanes) => ChartPoint[],
): VersionSeries[] {
  return lanes
    .map((lane) => ({ version: lane.version, points: toPoints(lane) }))
    .filter((series) => series.points.some((point) => point.value !== null))
}

function isSoftware(row: EvaluationRow): boolean {
  return TRAILING_METRICS.includes(row.metric)
}

function familyVerdict(
  latest: readonly EvaluationRow[],
  belongs: (row: EvaluationRow) => boolean,
): FamilyVerdict {
  const rows = latest.filter(belongs)
  const decided = rows.filter((row) => row.verdict !== 'not_enough_data' && row.verdict !== 'no_data')
  const worst = worstOfModel(decided.length > 0 ? decided : rows)
  if (!worst)
    return { worst: null, judged: 0, breached: 0, undecided: 0, sentence: 'Nothing was judged yet.' }
  const breached = rows.filter((row) => rankVerdict(row.verdict) >= rankVerdict('drift')).length
  const sentence =
    worst.verdict === 'ok' ? `All ${decided.length} decided checks are within their limits.` : worst.reason
  return {
    worst: worst.verdict,
    judged: rows.length,
    breached,
    undecided: rows.length - decided.length,
    sentence,
  }
}

function totals(cells: readonly TrafficCell[]): ModelOverview['traffic'] {
  const records = cells.reduce((sum, cell) => sum + cell.records, 0)
  const errors = cells.reduce((sum, cell) => sum + cell.errorShare * cell.records, 0)
  const last = [...cells].reverse().find((cell) => cell.latencyP95 !== null)
  return { records, errorShare: records === 0 ? null : errors / records, p95: last?.latencyP95 ?? null }
}
