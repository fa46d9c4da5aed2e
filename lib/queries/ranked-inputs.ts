/** Owns the question: which inputs moved most? */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { Family } from '@/lib/domain/column'
import type { Verdict } from '@/lib/domain/evaluation'
import type { Model, Version } from '@/lib/domain/model'
import type { TimeRange } from '@/lib/domain/time'
import { MAX_SPARK_CELLS } from '@/lib/queries/cell-size'
import type { SparkPoint } from '@/lib/queries/fleet'
import { limitRatio, rankVerdict } from '@/lib/queries/rank-verdict'
import { readTraces } from '@/lib/queries/read-traces'
import { sayColumn } from '@/lib/queries/say-column'

export interface RankedColumn {
  readonly name: string
  readonly kind: string | null
  /** Worst over all monitors of the column; null while none was judged. */
  readonly verdict: Verdict | null
  /** About the drift beside it; first about another monitor where that is worse. */
  readonly sentence: string
  readonly drift: number | null
  readonly limit: number | null
  readonly ratio: number | null
  readonly n: number | null
  readonly missing: number | null
  readonly unseen: number | null
  readonly windowStartMs: number | null
  /** Multiples of the limit. */
  readonly spark: readonly SparkPoint[]
}

export interface RankedColumns {
  readonly columns: readonly RankedColumn[]
  readonly windowStartMs: number | null
}

/** Every column of a family (at most 1,000), worst first. */
export async function rankColumns(
  ctx: Context,
  model: Model,
  version: Version,
  range: TimeRange,
  family: Family,
): Promise<RankedColumns> {
  requireScope(ctx.principal, 'read')
  const metric = family === 'input' ? 'drift' : 'output_drift'
  const registered = (await ctx.metadata.listColumns(version.id)).filter((column) => column.family === family)
  const [latest, traces, profile] = await Promise.all([
    ctx.metadata.latestEvaluations([version.id]),
    readTraces(ctx, {
      versionId: version.id,
      metrics: [metric],
      range,
      cadence: model.settings.cadence,
      by: 'monitor',
      maxCells: MAX_SPARK_CELLS,
      maxTraces: Math.max(1, registered.length),
    }),
    version.profileId === null ? null : ctx.metadata.findProfile(version.profileId),
  ])
  const isShown = (role: string) => role === 'feature' || role === 'prediction' || role === 'score'
  const ofFamily = (profile?.profile.columns ?? []).filter((column) => column.family === family)
  const hidden = new Set(ofFamily.filter((column) => !isShown(column.role)).map((column) => column.name))
  const kinds = new Map(
    ofFamily.filter((column) => isShown(column.role)).map((column) => [column.name, column.kind as string]),
  )
  const names = new Set([
    ...kinds.keys(),
    ...registered.map((column) => column.name).filter((name) => !hidden.has(name)),
  ])
  const sparks = new Map<string, SparkPoint[]>()
  for (const cell of traces) {
    if (cell.column?.family !== family) continue
    const points = sparks.get(cell.column.name) ?? []
    points.push({ atMs: cell.windowStartMs, value: limitRatio(cell.value, cell.limit) })
    sparks.set(cell.column.name, points)
  }
  const rows = groupByColumn(latest, family)
  const columns = [...names].map((name) =>
    toRanked(name, kinds.get(name) ?? null, rows.get(name) ?? [], metric, sparks.get(name) ?? []),
  )
  const windows = columns.flatMap((column) => column.windowStartMs ?? [])
  return {
    columns: columns.sort(byBadness),
    windowStartMs: windows.length === 0 ? null : Math.max(...windows),
  }
}

function groupByColumn(rows: readonly EvaluationRow[], family: Family): Map<string, EvaluationRow[]> {
  const groups = new Map<string, EvaluationRow[]>()
  for (const row of rows) {
    if (row.column?.family !== family) continue
    const group = groups.get(row.column.name) ?? []
    group.push(row)
    groups.set(row.column.name, group)
  }
  return groups
}

function toRanked(
  name: string,
  kind: string | null,
  rows: readonly EvaluationRow[],
  metric: string,
  spark: readonly SparkPoint[],
): RankedColumn {
  const drift = rows.find((row) => row.metric === metric)
  const metricValue = (id: string) => rows.find((row) => row.metric === id)?.value ?? null
  const { verdict, sentence } = sayColumn(rows, metric)
  const speaking = rows.find((row) => row.verdict === verdict)
  return {
    name,
    kind,
    verdict,
    sentence,
    drift: drift?.value ?? null,
    limit: drift?.limit ?? null,
    ratio: drift ? limitRatio(drift.value, drift.limit) : null,
    n: drift?.n ?? speaking?.n ?? null,
    missing: metricValue('missing_share'),
    unseen: metricValue('unseen_share'),
    windowStartMs: drift?.windowStartMs ?? speaking?.windowStartMs ?? null,
    spark,
  }
}

function byBadness(a: RankedColumn, b: RankedColumn): number {
  const rank = (column: RankedColumn) => (column.verdict === null ? -1 : rankVerdict(column.verdict))
  return rank(b) - rank(a) || (b.ratio ?? -1) - (a.ratio ?? -1) || a.name.localeCompare(b.name)
}
