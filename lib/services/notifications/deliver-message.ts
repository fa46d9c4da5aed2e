/** Owns one message's way out: the last look, the attempt, and what is recorded of it. */
import { createHash } from 'node:crypto'
import type { ChannelWithSecret, DeliveryAttempt } from '@/db/contracts/notification-records'
import type { Context } from '@/lib/access/context'
import { composeSelfMessage, composeTest } from '@/lib/alert/compose-message'
import {
  type CancelReason,
  type DeliveryDecision,
  decideDelivery,
  decideSelfDelivery,
} from '@/lib/alert/decide-delivery'
import { parseAddressPolicy } from '@/lib/channels/address-policy'
import { type DeliveryResult, GIVE_UP_AFTER_MS, GONE, retryDelayMs } from '@/lib/channels/delivery-result'
import { sendMessage } from '@/lib/channels/send-message'
import type { Alert, AlertEvent, Notification } from '@/lib/domain/alert'
import type { Message } from '@/lib/domain/message'
import type { SelfAlert } from '@/lib/domain/self-alert'
import { openChannel } from '@/lib/services/notifications/channel-secrets'
import { writeMessage } from '@/lib/services/notifications/write-message'

const SIBLINGS_LIMIT = 100

/**
 * Sends a claimed message, or settles it without sending where it has become pointless.
 * @returns whether it was settled; false when it has to wait for an earlier one
 */
export async function deliverMessage(ctx: Context, message: Notification): Promise<boolean> {
  const channel = await ctx.metadata.findChannelWithSecret(message.channelId)
  if (!channel) return cancel(ctx, message, 'channel_gone')
  if (!channel.enabled) return cancel(ctx, message, 'channel_off')
  const subject = await subjectOf(ctx, message)
  const decision = await decide(ctx, message, subject)
  if (decision.act === 'wait') return false
  if (decision.act === 'cancel') return cancel(ctx, message, decision.reason)
  await attempt(ctx, message, openChannel(ctx, channel), subject)
  return true
}

/** What a message is about; both are null for the test of a channel, and for what is gone. */
interface Subject {
  readonly alert: Alert | null
  readonly self: SelfAlert | null
}

async function subjectOf(ctx: Context, { alertId, selfAlertId }: Notification): Promise<Subject> {
  return {
    alert: alertId === null ? null : await ctx.metadata.findAlert(alertId),
    self: selfAlertId ? await ctx.metadata.findSelfAlert(selfAlertId) : null,
  }
}

async function decide(ctx: Context, message: Notification, subject: Subject): Promise<DeliveryDecision> {
  const siblings = await siblingsOf(ctx, message)
  if (message.selfAlertId) return decideSelfDelivery({ alert: subject.self, message, siblings })
  return decideDelivery({ alert: subject.alert, message, siblings, nowMs: ctx.nowMs })
}

async function compose(
  ctx: Context,
  message: Notification,
  channel: string,
  subject: Subject,
): Promise<Message> {
  const { alert, self } = subject
  if (alert) return writeMessage(ctx, message.type, alert)
  if (self) return composeSelfMessage(self, message.type, ctx.nowMs, ctx.publicUrl)
  return composeTest(channel, message.createdMs, ctx.publicUrl)
}

async function attempt(
  ctx: Context,
  message: Notification,
  channel: ChannelWithSecret,
  subject: Subject,
): Promise<void> {
  const outbound = {
    key: message.key,
    message: await compose(ctx, message, channel.name, subject),
    nowMs: ctx.nowMs,
  }
  const { durationMs, ...result } = await sendMessage(channel, outbound, {
    policy: parseAddressPolicy(ctx.outboundAllow ?? []),
  })
  const error = result.outcome === 'delivered' ? null : result.reason
  const made = { notificationId: message.id, atMs: ctx.nowMs, durationMs, status: result.status, error }
  await settle(ctx, message, channel, result, made)
}

async function settle(
  ctx: Context,
  message: Notification,
  channel: ChannelWithSecret,
  result: DeliveryResult,
  made: DeliveryAttempt,
): Promise<void> {
  if (result.outcome === 'delivered') {
    await ctx.metadata.recordAttempt(made, { state: 'sent' })
    await tell(ctx, message, 'notified', `${message.type} to ${channel.name}.`)
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
      await tell(ctx, message, 'notification_failed', `${channel.name}: ${result.reason}, trying again.`)
    return
  }
  await ctx.metadata.recordAttempt(made, { state: 'given_up' })
  await tell(ctx, message, 'notification_failed', `${channel.name}: ${result.reason}, given up.`)
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
  channel_off: 'The channel is switched off.',
  over_before_it_was_due: 'It was over before the first message was due.',
  nothing_was_told: 'The channel was never told that it fired.',
}

async function cancel(ctx: Context, message: Notification, reason: CancelReason): Promise<boolean> {
  const nothing = { notificationId: message.id, atMs: ctx.nowMs, durationMs: 0, status: null, error: reason }
  await ctx.metadata.recordAttempt(nothing, { state: 'cancelled' })
  const why = CANCELLED[reason]
  if (why) await tell(ctx, message, 'not_notified', why)
  return true
}

async function siblingsOf(ctx: Context, message: Notification): Promise<Notification[]> {
  const { alertId, selfAlertId, channelId } = message
  if (alertId === null && !selfAlertId) return []
  const about = alertId === null ? { selfAlertId: selfAlertId ?? 0 } : { alertId }
  const query = { ...about, channelId, limit: SIBLINGS_LIMIT }
  return (await ctx.metadata.listNotifications(query)).filter(({ id }) => id !== message.id)
}

async function tell(
  ctx: Context,
  message: Notification,
  kind: AlertEvent['kind'],
  note: string,
): Promise<void> {
  if (message.alertId === null) return
  await ctx.metadata.addAlertEvents([
    { alertId: message.alertId, atMs: ctx.nowMs, kind, actor: 'plumbline', note },
  ])
}

/** 0 … 1, different for every message and attempt, the same when it is computed again. */
function jitterOf(key: string, attempts: number): number {
  return createHash('sha256').update(`${key}:${attempts}`).digest().readUInt32BE(0) / 2 ** 32
}
