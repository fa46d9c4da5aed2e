/** Owns the monitors that take part in an alert, each with the window that speaks for it. */
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Context } from '@/lib/access/context'
import type { Alert } from '@/lib/domain/alert'
import { isOfWholeRecords } from '@/lib/domain/metric'
import type { TimeRange } from '@/lib/domain/time'
import { isOver } from '@/lib/queries/alert-span'
import { excessRatio } from '@/lib/queries/rank-verdict'
import { findWorstWindows } from '@/lib/queries/worst-windows'

/** Members whose evaluations are shown; the rest is counted. */
const MAX_MEMBERS = 50

export interface AlertMemberItem {
  readonly monitorId: number
  readonly state: string
  readonly onsetMs: number
  readonly evaluation: EvaluationRow
  /** How often the limit, whichever direction is bad. */
  readonly ratio: number | null
}

/** Worst first; of an alert that is over each with its worst window, else with its newest breach. */
export async function readMembers(ctx: Context, alert: Alert, span: TimeRange): Promise<AlertMemberItem[]> {
  const newest: EvaluationRow[] = []
  for (const member of alert.members.slice(0, MAX_MEMBERS)) {
    const evaluation = await ctx.metadata.findEvaluation(member.evaluationId)
    if (evaluation) newest.push(evaluation)
  }
  const shown = isOver(alert) ? await findWorstWindows(ctx, alert.versionId, newest, span) : newest
  const byMonitor = new Map(shown.map((evaluation) => [evaluation.monitorId, evaluation]))
  const items = alert.members.flatMap(({ monitorId, state, onsetMs }): AlertMemberItem[] => {
    const evaluation = byMonitor.get(monitorId)
    return evaluation ? [{ monitorId, state, onsetMs, evaluation, ratio: excessRatio(evaluation) }] : []
  })
  const isFiring = (item: AlertMemberItem) => Number(!isOver(alert) && item.state === 'firing')
  // A column says more than all of them together.
  const isWhole = ({ evaluation }: AlertMemberItem) => Number(isOfWholeRecords(evaluation.metric))
  return items.sort(
    (a, b) => isFiring(b) - isFiring(a) || isWhole(a) - isWhole(b) || (b.ratio ?? 0) - (a.ratio ?? 0),
  )
}
