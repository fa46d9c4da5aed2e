/** Owns finding the worst window of each monitor within a stretch of time: what an alert that is over was about. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import { BREACH_VERDICTS } from '@/lib/domain/evaluation'
import { getMetric } from '@/lib/domain/metric'
import { startingAt, type TimeRange } from '@/lib/domain/time'
import { excessRatio, rankVerdict } from '@/lib/queries/rank-verdict'

/** One cell, whatever the range: it is counted from the epoch. */
const WHOLE_RANGE_MS = 1e15
/** Monitors of the same metrics on one version; beyond them an alert shows its newest breaches. */
const MAX_MONITORS = 5_000
/** Windows looked through where smaller is worse, which the store cannot rank. */
const MAX_WINDOWS = 500

/**
 * The worst breach of each monitor in the range, with detail. Evaluations without a value (all missing, type changed) and
 * those of superseded monitors stay as they are given.
 */
export async function findWorstWindows(
  ctx: Context,
  versionId: number,
  given: readonly EvaluationRow[],
  range: TimeRange,
): Promise<EvaluationRow[]> {
  const rising = given.filter((row) => row.value !== null && getMetric(row.metric).bad === 'up')
  const cells = await ctx.metadata.listTraces({
    versionIds: [versionId],
    metrics: [...new Set(rising.map((row) => row.metric))],
    range,
    cellMs: WHOLE_RANGE_MS,
    by: 'monitor',
    limit: MAX_MONITORS,
  })
  const startOf = new Map(
    cells.flatMap((cell) =>
      BREACH_VERDICTS.has(cell.verdict) ? [[cell.monitorId, cell.windowStartMs] as const] : [],
    ),
  )
  const found: EvaluationRow[] = []
  for (const row of given) found.push((await findWorst(ctx, row, startOf, range)) ?? row)
  return found
}

async function findWorst(
  ctx: Context,
  row: EvaluationRow,
  startOf: ReadonlyMap<number, number>,
  range: TimeRange,
): Promise<EvaluationRow | undefined> {
  if (row.value === null) return undefined
  const query = { versionIds: [row.versionId], monitorId: row.monitorId, withDetail: true }
  if (getMetric(row.metric).bad === 'up') {
    const startMs = startOf.get(row.monitorId)
    if (startMs === undefined || startMs === row.windowStartMs) return undefined
    const rows = await ctx.metadata.listEvaluations({
      ...query,
      range: startingAt(startMs),
      limit: 1,
    })
    return rows[0]
  }
  const rows = await ctx.metadata.listEvaluations({ ...query, range, limit: MAX_WINDOWS })
  return rows
    .filter(({ verdict }) => BREACH_VERDICTS.has(verdict))
    .sort(
      (a, b) =>
        rankVerdict(b.verdict) - rankVerdict(a.verdict) || (excessRatio(b) ?? 0) - (excessRatio(a) ?? 0),
    )[0]
}
