/** Owns saying "I am on it" of an alert of Plumbline about itself: it is no longer repeated. */
import type { Context } from '@/lib/access/context'
import { actorName, requireAct } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import type { SelfAlert } from '@/lib/domain/self-alert'
import { HEARS_OF_ACKNOWLEDGEMENTS } from '@/lib/services/notifications/queue-notifications'
import { selfMessage } from '@/lib/services/notifications/self-messages'

/**
 * Acknowledges one that lasts. Doing it twice changes nothing: the first one keeps it.
 * @throws AppError `forbidden`, `not_found`, or `conflict` when it is over
 */
export async function acknowledgeSelfAlert(ctx: Context, selfAlertId: number): Promise<SelfAlert> {
  requireAct(ctx.principal, 'self', selfAlertId, 'acknowledge')
  const alert = await getOpenSelfAlert(ctx, selfAlertId)
  if (alert.acknowledgedBy !== null) return alert
  const actor = actorName(ctx.principal)
  const change = { acknowledgedBy: actor, acknowledgedMs: ctx.nowMs }
  const changed = await ctx.metadata.changeSelfAlert(selfAlertId, change)
  if (!changed) throw over()
  await tellPagers(ctx, changed)
  const subject = `${alert.kind}: ${alert.title}`
  await ctx.metadata.addAudit({ atMs: ctx.nowMs, actor, action: 'self_alert.acknowledge', subject })
  return changed
}

/** @throws AppError `not_found`, or `conflict` when it is over */
export async function getOpenSelfAlert(ctx: Context, selfAlertId: number): Promise<SelfAlert> {
  const alert = await ctx.metadata.findSelfAlert(selfAlertId)
  if (!alert) throw new AppError('not_found', 'There is no such alert.', { reason: 'unknown_alert' })
  if (alert.resolvedMs !== null) throw over()
  return alert
}

export function over(): AppError {
  return new AppError('conflict', 'This alert is resolved already.', { reason: 'already_resolved' })
}

/** Those that page until somebody takes it, and were told. */
async function tellPagers(ctx: Context, alert: SelfAlert): Promise<void> {
  const told = await ctx.metadata.listNotifications({ selfAlertId: alert.id, limit: 500 })
  for (const { id, kind, enabled } of await ctx.metadata.listChannels()) {
    const wasTold = told.some(({ channelId, state }) => channelId === id && state === 'sent')
    if (!enabled || !wasTold || !HEARS_OF_ACKNOWLEDGEMENTS.has(kind)) continue
    const to = { channelId: id, groupKey: null }
    await ctx.metadata.addNotification(selfMessage(alert, alert.id, to, 'alert.acknowledged', ctx.nowMs))
  }
}
