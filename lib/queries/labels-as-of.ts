/** Owns what the labels of a version's windows were when one evaluation was judged: later judgements are taken back. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import type { Evaluation } from '@/lib/domain/evaluation'
import type { Monitor } from '@/lib/domain/monitor'
import { type Cadence, nominalWindowMs } from '@/lib/domain/time'
import { LABEL_LOOKBACK_WINDOWS, type LabelledWindow } from '@/lib/monitor/label-history'

/** The row itself where it was written before the judgement, else the newest revision that was; null: none was. */
async function asOf(ctx: Context, row: EvaluationRow, judged: EvaluationRow): Promise<Evaluation | null> {
  const isBefore = ({ id, windowStartMs, evaluatedMs }: Evaluation) =>
    // The window's own label coverage was judged at the same time, as the row just before or after.
    id < judged.id && !(windowStartMs === judged.windowStartMs && evaluatedMs === judged.evaluatedMs)
  if (isBefore(row)) return row
  if (row.revision === 1) return null
  return (await ctx.metadata.listRevisions(row.monitorId, row.windowStartMs)).findLast(isBefore) ?? null
}

/**
 * @param judged the evaluation to go back to; history has no labels to learn from
 * @param monitor the version's monitor of label coverage
 * @returns windows with labels, oldest first
 */
export async function labelsAsOf(
  ctx: Context,
  judged: EvaluationRow,
  monitor: Monitor,
  cadence: Cadence,
): Promise<LabelledWindow[]> {
  const rows = await ctx.metadata.listEvaluations({
    versionIds: [judged.versionId],
    monitorId: monitor.id,
    range: {
      startMs: judged.evaluatedMs - LABEL_LOOKBACK_WINDOWS * nominalWindowMs(cadence),
      endMs: judged.evaluatedMs,
    },
    limit: LABEL_LOOKBACK_WINDOWS,
    withDetail: true,
  })
  const labelled: LabelledWindow[] = []
  for (const row of rows) {
    const then = await asOf(ctx, row, judged)
    if (!then || then.value === null) continue
    const { windowStartMs: startMs, windowEndMs: endMs, value: coverage, detail } = then
    const delayMs = typeof detail.delayMs === 'number' ? detail.delayMs : null
    labelled.push({ startMs, endMs, coverage, delayMs })
  }
  return labelled
}
