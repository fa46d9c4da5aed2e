/** Owns keeping an alert quiet for a while. A silenced alert is still evaluated. */
import type { Context } from '@/lib/access/context'
import type { Alert } from '@/lib/domain/alert'
import { AppError } from '@/lib/domain/errors'
import { DEFAULT_SILENCE_MS, MAX_REASON_LENGTH, MAX_SILENCE_MS, MIN_SILENCE_MS } from '@/lib/domain/silence'
import { toRfc3339 } from '@/lib/domain/time'
import { changeAlert, requireOpen } from '@/lib/services/alerts/change-alert'

/**
 * Silences an open alert, or sets a new end to its silence. When the time is over and it still fires, channels are told.
 * @param wish.durationMs one minute to 30 days; 4 h when absent
 * @param wish.reason why, 1–500 characters
 * @throws AppError `invalid`, `forbidden`, `not_found`, or `conflict` when it is resolved
 */
export async function silenceAlert(
  ctx: Context,
  alertId: number,
  wish: { readonly durationMs?: number; readonly reason: string },
): Promise<Alert> {
  const durationMs = wish.durationMs ?? DEFAULT_SILENCE_MS
  const reason = wish.reason.trim()
  if (reason === '' || reason.length > MAX_REASON_LENGTH) {
    throw new AppError('invalid', 'Say why, in at most 500 characters.', {
      field: 'reason',
      limit: MAX_REASON_LENGTH,
    })
  }
  if (!Number.isFinite(durationMs) || durationMs < MIN_SILENCE_MS || durationMs > MAX_SILENCE_MS) {
    throw new AppError('invalid', 'A silence lasts from one minute to 30 days.', {
      field: 'duration',
      limit: MAX_SILENCE_MS,
    })
  }
  return changeAlert(ctx, alertId, 'alert.silence', (alert) => {
    requireOpen(alert)
    const silencedUntilMs = ctx.nowMs + Math.round(durationMs)
    return {
      alert: { ...alert, silencedUntilMs, silenceReason: reason },
      kind: 'silenced',
      note: `Until ${toRfc3339(silencedUntilMs)}: ${reason}`,
    }
  })
}
