/** Owns the question: where do notifications go, and did they arrive? */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import type { NotificationType } from '@/lib/domain/alert'
import type { Channel } from '@/lib/domain/channel'

export interface DeliveryItem {
  readonly id: number
  readonly type: NotificationType
  readonly alertId: number | null
  /** The trouble of Plumbline itself that it is about. */
  readonly selfAlertId?: number | null
  /** Of the alert it is about; null where it is about none, or about several. */
  readonly title: string | null
  readonly state: 'waiting' | 'sent' | 'given_up' | 'cancelled'
  readonly attempts: number
  readonly createdMs: number
  readonly dueMs: number
  readonly sentMs: number | null
  readonly lastError: string | null
}

export interface ChannelItem extends Channel {
  /** Messages that wait, and when the next of them is tried. */
  readonly waiting: number
  readonly nextTryMs: number | null
  /** Newest first, at most 10. */
  readonly deliveries: readonly DeliveryItem[]
}

/** Only for administrators: addresses of receivers are theirs. */
export async function listChannelItems(ctx: Context): Promise<ChannelItem[]> {
  requireScope(ctx.principal, 'admin')
  const items: ChannelItem[] = []
  const titles = new Map<number, string>()
  const queues = new Map((await ctx.metadata.listQueues()).map((queue) => [queue.channelId, queue]))
  for (const channel of await ctx.metadata.listChannels()) {
    const notifications = await ctx.metadata.listNotifications({ channelId: channel.id, limit: 10 })
    for (const { alertId } of notifications) {
      if (alertId === null || titles.has(alertId)) continue
      const alert = await ctx.metadata.findAlert(alertId)
      if (alert) titles.set(alertId, alert.title)
    }
    items.push({
      ...channel,
      waiting: queues.get(channel.id)?.waiting ?? 0,
      nextTryMs: queues.get(channel.id)?.nextTryMs ?? null,
      deliveries: notifications.map(({ body: _body, key: _key, channelId: _channel, ...rest }) => ({
        ...rest,
        title: rest.alertId === null ? null : (titles.get(rest.alertId) ?? null),
      })),
    })
  }
  return items
}
