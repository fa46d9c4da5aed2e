/** Owns keeping revisions honest: a window judged again writes only the evaluations that came out differently. */
import type { EvaluationRow, NewEvaluation } from '@/db/contracts/evaluation-records'
import type { Alert } from '@/lib/domain/alert'
import { JUDGED_FIELDS } from '@/lib/domain/evaluation'

/** What a person would see change. The time of judging and drawn details do not count. */
const COMPARED = [...JUDGED_FIELDS, 'historical'] as const

export interface Revision {
  /** To be written: new ones, and those that differ from what is stored. */
  readonly changed: readonly NewEvaluation[]
  /** Stored evaluations that still hold, by monitor. */
  readonly unchanged: ReadonlyMap<number, number>
}

/** @param stored newest evaluations of the same window */
export function skipUnchanged(
  evaluations: readonly NewEvaluation[],
  stored: readonly EvaluationRow[],
): Revision {
  const byMonitor = new Map(stored.map((row) => [row.monitorId, row]))
  const unchanged = new Map<number, number>()
  const changed = evaluations.filter((evaluation) => {
    const row = byMonitor.get(evaluation.monitorId)
    if (!row || COMPARED.some((field) => row[field] !== evaluation[field])) return true
    unchanged.set(evaluation.monitorId, row.id)
    return false
  })
  return { changed, unchanged }
}

/** Alerts whose members speak through an evaluation of this window that is not written again. */
export function pointToStored(alerts: readonly Alert[], unchanged: ReadonlyMap<number, number>): Alert[] {
  return alerts.map((alert) => ({
    ...alert,
    members: alert.members.map((member) =>
      member.evaluationId === 0 ? { ...member, evaluationId: unchanged.get(member.monitorId) ?? 0 } : member,
    ),
  }))
}
