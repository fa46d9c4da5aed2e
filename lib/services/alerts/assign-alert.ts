/** Owns saying who looks after an alert. */
import type { Context } from '@/lib/access/context'
import type { Alert } from '@/lib/domain/alert'
import { AppError } from '@/lib/domain/errors'
import { changeAlert, requireOpen } from '@/lib/services/alerts/change-alert'

const MAX_NAME_LENGTH = 200

/**
 * Gives an open alert to somebody, or to nobody; giving it to who has it changes nothing.
 * @param assignee a person or a team, 1–200 characters; null takes it back
 * @throws AppError `invalid`, `forbidden`, `not_found`, or `conflict` when the alert is resolved
 */
export async function assignAlert(ctx: Context, alertId: number, assignee: string | null): Promise<Alert> {
  const name = assignee === null ? null : assignee.trim()
  if (name !== null && (name === '' || name.length > MAX_NAME_LENGTH)) {
    throw new AppError('invalid', 'Say who, in at most 200 characters.', {
      field: 'assignee',
      limit: MAX_NAME_LENGTH,
    })
  }
  return changeAlert(ctx, alertId, 'alert.assign', (alert) => {
    requireOpen(alert)
    if (alert.assignee === name) return null
    return {
      alert: { ...alert, assignee: name },
      kind: 'assigned',
      note: name === null ? 'To nobody.' : `To ${name}.`,
    }
  })
}
