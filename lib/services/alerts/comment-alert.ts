/** Owns what people write to an alert for those who come after them. */
import type { Context } from '@/lib/access/context'
import type { Alert } from '@/lib/domain/alert'
import { AppError } from '@/lib/domain/errors'
import { changeAlert } from '@/lib/services/alerts/change-alert'

const MAX_COMMENT_LENGTH = 4_000

/**
 * Adds a comment to the history of an alert, resolved or not.
 * @throws AppError `invalid` when it is empty or longer than 4,000 characters, `forbidden`, `not_found`
 */
export async function commentAlert(ctx: Context, alertId: number, text: string): Promise<Alert> {
  const note = text.trim()
  if (note === '' || note.length > MAX_COMMENT_LENGTH) {
    throw new AppError('invalid', 'A comment has 1 to 4,000 characters.', {
      field: 'text',
      limit: MAX_COMMENT_LENGTH,
    })
  }
  return changeAlert(ctx, alertId, 'alert.comment', (alert) => ({ alert, kind: 'commented', note }))
}
