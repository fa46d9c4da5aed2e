/** Owns ending an alert by hand. The same breach going on does not open it again; a fresh one does. */
import type { Context } from '@/lib/access/context'
import type { Alert } from '@/lib/domain/alert'
import { AppError } from '@/lib/domain/errors'
import { changeAlert, requireOpen } from '@/lib/services/alerts/change-alert'

const MAX_NOTE_LENGTH = 1_000

/**
 * Resolves an open alert and tells the channels that were told of it.
 * @param note why, at most 1,000 characters; may be empty
 * @throws AppError `invalid`, `forbidden`, `not_found`, or `conflict` when it is resolved already
 */
export async function resolveAlert(ctx: Context, alertId: number, note = ''): Promise<Alert> {
  if (note.length > MAX_NOTE_LENGTH) {
    throw new AppError('invalid', 'The note is longer than 1,000 characters.', {
      field: 'note',
      limit: MAX_NOTE_LENGTH,
    })
  }
  return changeAlert(ctx, alertId, 'alert.resolve', (alert) => {
    requireOpen(alert)
    const resolved: Alert = {
      ...alert,
      state: 'resolved',
      resolvedMs: ctx.nowMs,
      resolution: 'manual',
      inhibitedBy: null,
    }
    return { alert: resolved, kind: 'resolved', note: note.trim(), because: 'resolved' }
  })
}
