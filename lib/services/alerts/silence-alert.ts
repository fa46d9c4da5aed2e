/** Owns keeping an alert quiet for a while. A silenced alert is still evaluated. */
import type { Context } from '@/lib/access/context'
import type { Alert } from '@/lib/domain/alert'
import { toRfc3339 } from '@/lib/domain/time'
import { changeAlert, requireOpen } from '@/lib/services/alerts/change-alert'
import { parseSilenceWish, type SilenceWish } from '@/lib/services/alerts/silence-wish'

/**
 * Silences an open alert, or sets a new end to its silence. When the time is over and it still fires, channels are told.
 * @param wish.durationMs one minute to 30 days; 4 h when absent
 * @param wish.reason why, 1–500 characters
 * @throws AppError `invalid`, `forbidden`, `not_found`, or `conflict` when it is resolved
 */
export async function silenceAlert(ctx: Context, alertId: number, wish: SilenceWish): Promise<Alert> {
  const { durationMs, reason } = parseSilenceWish(wish)
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
