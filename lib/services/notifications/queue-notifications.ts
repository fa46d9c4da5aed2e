/** Owns turning wishes to notify into outbox rows, channel by channel; the decision itself is in lib/alert. */
import { createHash } from 'node:crypto'
import type { Context } from '@/lib/access/context'
import type { NotifyWish } from '@/lib/alert/advance-input'
import { decideNotification, type HoldReason, readHistory } from '@/lib/alert/decide-notification'
import type { Alert, AlertEvent, Notification, NotificationType } from '@/lib/domain/alert'
import type { Channel } from '@/lib/domain/channel'

/** Newest messages of one alert on one channel that a decision looks at. */
const HISTORY_LIMIT = 50

/** Rows to be written by the commit that changed the alerts. */
export interface QueuedNotifications {
  readonly notifications: Omit<Notification, 'id'>[]
  readonly events: Omit<AlertEvent, 'id'>[]
}

/** Why nobody hears of it, in words; reasons that are not here are routine and leave no line in the history. */
const HELD: Partial<Record<HoldReason | 'no_channel', string>> = {
  silenced: 'The alert is silenced.',
  inhibited: 'Another alert explains it.',
  acknowledged: 'Somebody is on it already.',
  no_channel: 'There is no channel to send it to.',
}

/**
 * Outbox rows (and history lines for held ones) for these wishes. Writes nothing: the caller commits them together
 * with the alerts, whose ids may still be negative. Bodies are empty: they are written when they leave.
 */
export async function queueNotifications(
  ctx: Context,
  wishes: readonly NotifyWish[],
): Promise<QueuedNotifications> {
  const notifications: Omit<Notification, 'id'>[] = []
  const events: Omit<AlertEvent, 'id'>[] = []
  if (wishes.length === 0) return { notifications, events }
  const channels = (await ctx.metadata.listChannels()).filter((channel) => channel.enabled)
  for (const wish of wishes) {
    const held = new Set<HoldReason | 'no_channel'>()
    for (const channel of channels) {
      const row = await decideFor(ctx, wish, channel)
      if (typeof row === 'string') held.add(row)
      else notifications.push(row)
    }
    if (channels.length === 0 && wish.because !== 'resolved') held.add('no_channel')
    for (const reason of held) {
      const why = HELD[reason]
      if (why) events.push(heldEvent(wish, why, ctx.nowMs))
    }
  }
  return { notifications, events }
}

/** Tells open alerts again that nobody has taken on, and channels that were never told. Returns rows queued. */
export async function queueRepeats(ctx: Context): Promise<number> {
  const channels = (await ctx.metadata.listChannels()).filter((channel) => channel.enabled)
  if (channels.length === 0) return 0
  const alerts = await ctx.metadata.listAlerts({ states: ['firing'], historical: false, limit: 500 })
  let queued = 0
  for (const alert of alerts) {
    for (const channel of channels) {
      const row = await decideFor(ctx, { alert, type: 'alert.firing', because: 'repeat' }, channel)
      if (typeof row === 'string') continue
      await ctx.metadata.addNotification(row)
      queued++
    }
  }
  return queued
}

async function decideFor(
  ctx: Context,
  wish: NotifyWish,
  channel: Channel,
): Promise<Omit<Notification, 'id'> | HoldReason> {
  const { alert, because } = wish
  const messages =
    alert.id < 0
      ? []
      : await ctx.metadata.listNotifications({
          alertId: alert.id,
          channelId: channel.id,
          limit: HISTORY_LIMIT,
        })
  const decision = decideNotification({
    alert,
    because,
    history: readHistory(messages, ctx.nowMs),
    nowMs: ctx.nowMs,
  })
  if (decision.act === 'hold') return decision.reason
  return {
    channelId: channel.id,
    alertId: alert.id,
    type: decision.type,
    key: messageKey(alert, channel.id, decision.type, ctx.nowMs),
    body: '',
    createdMs: ctx.nowMs,
    dueMs: decision.dueMs,
    attempts: 0,
    state: 'waiting',
    lastError: null,
    sentMs: null,
  }
}

/** The webhook-id: the same however often the same decision is sent. */
function messageKey(alert: Alert, channelId: number, type: NotificationType, nowMs: number): string {
  const digest = createHash('sha256')
    .update([alert.dedupKey, channelId, type, nowMs].join('\n'))
    .digest('hex')
  return `msg_${digest.slice(0, 32)}`
}

function heldEvent(wish: NotifyWish, note: string, atMs: number): Omit<AlertEvent, 'id'> {
  return { alertId: wish.alert.id, atMs, kind: 'not_notified', actor: 'plumbline', note }
}
