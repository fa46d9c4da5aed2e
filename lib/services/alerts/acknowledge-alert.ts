/** Owns saying "I am on it": an acknowledged alert is no longer repeated. */
import type { Context } from '@/lib/access/context'
import { actorName } from '@/lib/access/principal'
import type { Alert } from '@/lib/domain/alert'
import { changeAlert, requireOpen } from '@/lib/services/alerts/change-alert'

/**
 * Acknowledges an open alert. Doing it twice changes nothing, whoever does it: the first one keeps it.
 * @throws AppError `forbidden`, `not_found`, or `conflict` when the alert is resolved
 */
export function acknowledgeAlert(ctx: Context, alertId: number): Promise<Alert> {
  return changeAlert(ctx, alertId, 'alert.acknowledge', (alert) => {
    requireOpen(alert)
    if (alert.acknowledgedBy !== null) return null
    const acknowledgedBy = actorName(ctx.principal)
    return {
      alert: { ...alert, acknowledgedBy, acknowledgedMs: ctx.nowMs },
      kind: 'acknowledged',
      note: '',
      because: 'acknowledged',
    }
  })
}
