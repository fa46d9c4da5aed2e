/** Owns turning wishes to notify into outbox rows, channel by channel; the decision itself is in lib/alert. */
import type { Context } from '@/lib/access/context'
import type { NotifyWish } from '@/lib/alert/advance-input'
import type { AlertEvent, Notification } from '@/lib/domain/alert'

/** Rows to be written by the commit that changed the alerts. */
export interface QueuedNotifications {
  readonly notifications: Omit<Notification, 'id'>[]
  readonly events: Omit<AlertEvent, 'id'>[]
}

/**
 * Outbox rows (and history lines for held ones) for these wishes. Writes nothing: the caller commits them together
 * with the alerts, whose ids may still be negative.
 */
export async function queueNotifications(
  _ctx: Context,
  _wishes: readonly NotifyWish[],
): Promise<QueuedNotifications> {
  return { notifications: [], events: [] }
}
