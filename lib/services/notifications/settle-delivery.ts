/** Owns what is recorded of a message: that it arrived, is tried again, was given up or cancelled, and its line in each history. */
import { createHash } from 'node:crypto'
import type { ChannelWithSecret, DeliveryAttempt } from '@/db/contracts/notification-records'
import type { Context } from '@/lib/access/context'
import type { CancelReason } from '@/lib/alert/decide-delivery'
import { type DeliveryResult, GIVE_UP_AFTER_MS, GONE, retryDelayMs } from '@/lib/channels/delivery-result'
import type { AlertEvent, Notification, NotificationType } from '@/lib/domain/alert'

/** What a message says, in the history of an alert. */
const TOLD: Readonly<Record<NotificationType, string>> = {
  'alert.firing': 'firing',
  'alert.updated': 'news',
  'alert.acknowledged': 'acknowledged',
  'alert.resolved': 'resolved',
  'alert.group': 'firing',
  'channel.test': 'test',
}

const words = (reason: string) => reason.replaceAll('_', ' ')

/**
 * Records one attempt.
 * @param message the one that was sent: a lone one, or the group
 * @param about the messages whose alerts it told of: itself, or the members of the group
 */
export async function settleDelivery(
  ctx: Context,
  message: Notification,
  about: readonly Notification[],
  channel: ChannelWithSecret,
  result: DeliveryResult,
  durationMs: number,
): Promise<void> {
  const error = result.outcome === 'delivered' ? null : result.reason
  const made: DeliveryAttempt = {
    notificationId: message.id,
    atMs: ctx.nowMs,
    durationMs,
    status: result.status,
    error,
  }
  const others = about.length - 1
  const along = others > 0 ? `, together with ${others} ${others === 1 ? 'other' : 'others'}` : ''
  if (result.outcome === 'delivered') {
    await ctx.metadata.recordAttempt(made, { state: 'sent' })
    await tell(ctx, about, 'notified', ({ type }) => `${channel.name} (${TOLD[type]})${along}.`)
    return
  }
  const isTooOld = ctx.nowMs - message.createdMs >= GIVE_UP_AFTER_MS
  if (result.outcome === 'retry' && !isTooOld) {
    const attempts = message.attempts + 1
    const delayMs = retryDelayMs(result, attempts, jitterOf(message.key, attempts))
    await ctx.metadata.recordAttempt(made, { state: 'waiting', dueMs: ctx.nowMs + delayMs })
    ctx.logger.warn(
      { channel: channel.name, reason: result.reason, attempts, delayMs },
      'a notification was put off',
    )
    if (attempts === 1)
      await tell(
        ctx,
        about,
        'notification_failed',
        () => `${channel.name}: ${words(result.reason)}, trying again.`,
      )
    return
  }
  await ctx.metadata.recordAttempt(made, { state: 'given_up' })
  await tell(ctx, about, 'notification_failed', () => `${channel.name}: ${words(result.reason)}, given up.`)
  ctx.logger.error({ channel: channel.name, reason: result.reason }, 'a notification was given up')
  if (result.outcome === 'give_up' && result.reason === GONE) await switchOff(ctx, channel)
}

/** The receiver said that it will never take messages again. */
async function switchOff(ctx: Context, channel: ChannelWithSecret): Promise<void> {
  await ctx.metadata.updateChannel(channel.id, { enabled: false })
  const subject = `${channel.name}: off, because it answered 410`
  await ctx.metadata.addAudit({ atMs: ctx.nowMs, actor: 'plumbline', action: 'channel.update', subject })
}

const CANCELLED: Partial<Record<CancelReason, string>> = {
  silenced: 'The alert is silenced.',
  inhibited: 'Another alert explains it.',
  acknowledged: 'Somebody is on it already.',
  channel_off: 'The channel is switched off.',
  over_before_it_was_due: 'It was over before the first message was due.',
  nothing_was_told: 'The channel was never told that it fired.',
}

/** Settles a message that has become pointless. */
export async function cancelDelivery(
  ctx: Context,
  message: Notification,
  reason: CancelReason,
): Promise<void> {
  const nothing = { notificationId: message.id, atMs: ctx.nowMs, durationMs: 0, status: null, error: reason }
  await ctx.metadata.recordAttempt(nothing, { state: 'cancelled' })
  const why = CANCELLED[reason]
  if (why) await tell(ctx, [message], 'not_notified', () => why)
}

async function tell(
  ctx: Context,
  about: readonly Notification[],
  kind: AlertEvent['kind'],
  note: (message: Notification) => string,
): Promise<void> {
  const events = about.flatMap((message) =>
    message.alertId === null
      ? []
      : [{ alertId: message.alertId, atMs: ctx.nowMs, kind, actor: 'plumbline', note: note(message) }],
  )
  if (events.length > 0) await ctx.metadata.addAlertEvents(events)
}

/** 0 … 1, different for every message and attempt, the same when it is computed again. */
function jitterOf(key: string, attempts: number): number {
  return createHash('sha256').update(`${key}:${attempts}`).digest().readUInt32BE(0) / 2 ** 32
}
