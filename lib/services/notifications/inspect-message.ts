/** Owns the last look at one queued message: what it is about, and whether it still has something to say. */
import type { Context } from '@/lib/access/context'
import { type DeliveryDecision, decideDelivery, decideSelfDelivery } from '@/lib/alert/decide-delivery'
import type { Alert, Notification } from '@/lib/domain/alert'
import type { SelfAlert } from '@/lib/domain/self-alert'

const SIBLINGS_LIMIT = 100

/** What a message is about; both are null for the test of a channel, and for what is gone. */
export interface Subject {
  readonly alert: Alert | null
  readonly self: SelfAlert | null
}

/** Reads what a message is about and decides over it. */
export async function inspectMessage(
  ctx: Context,
  message: Notification,
): Promise<{ readonly subject: Subject; readonly decision: DeliveryDecision }> {
  const { alertId, selfAlertId } = message
  const subject: Subject = {
    alert: alertId === null ? null : await ctx.metadata.findAlert(alertId),
    self: selfAlertId ? await ctx.metadata.findSelfAlert(selfAlertId) : null,
  }
  const siblings = await siblingsOf(ctx, message)
  const { nowMs } = ctx
  const decision = selfAlertId
    ? decideSelfDelivery({ alert: subject.self, message, siblings, nowMs })
    : decideDelivery({ alert: subject.alert, message, siblings, nowMs })
  return { subject, decision }
}

async function siblingsOf(ctx: Context, message: Notification): Promise<Notification[]> {
  const { alertId, selfAlertId, channelId } = message
  if (alertId === null && !selfAlertId) return []
  const about = alertId === null ? { selfAlertId: selfAlertId ?? 0 } : { alertId }
  const query = { ...about, channelId, limit: SIBLINGS_LIMIT }
  return (await ctx.metadata.listNotifications(query)).filter(({ id }) => id !== message.id)
}
