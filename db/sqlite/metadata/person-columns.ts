/** Owns telling whether a person changed an alert since it was read; knows which of its columns are theirs to change. */
import type { Alert } from '@/lib/domain/alert'
import { AppError } from '@/lib/domain/errors'

/** What people's acts write. Everything else belongs to the evaluator. */
const PERSON_COLUMNS = [
  'state',
  'resolvedMs',
  'resolution',
  'inhibitedBy',
  'acknowledgedBy',
  'acknowledgedMs',
  'silencedUntilMs',
  'silenceReason',
  'assignee',
  'judgement',
  'judgedBy',
  'judgedMs',
  'firstSeenMs',
] as const

type PersonColumns = Pick<Alert, (typeof PERSON_COLUMNS)[number]>

/** The columns of an alert that an act of a person may write. */
export function personColumns(alert: Alert): PersonColumns {
  return Object.fromEntries(PERSON_COLUMNS.map((name) => [name, alert[name]])) as unknown as PersonColumns
}

/**
 * Refuses to go on from an alert that is no longer what it was when it was read.
 * @throws AppError `conflict`
 */
export function requireUnchanged(stored: PersonColumns, read: Alert): void {
  if (PERSON_COLUMNS.every((name) => (stored[name] ?? null) === read[name])) return
  throw new AppError('conflict', `The alert is ${stored.state} by now, or was changed otherwise.`, {
    reason: 'alert_changed',
  })
}
