/** Owns one message's way out: the last look, the attempt, and what is recorded of it. */
import type { ChannelWithSecret } from '@/db/contracts/notification-records'
import type { Context } from '@/lib/access/context'
import { composeSelfMessage, composeTest } from '@/lib/alert/compose-self-message'
import { parseAddressPolicy } from '@/lib/channels/address-policy'
import type { Attempt } from '@/lib/channels/destination'
import { reasonOf } from '@/lib/channels/send-http'
import { sendMessage } from '@/lib/channels/send-message'
import type { Notification } from '@/lib/domain/alert'
import type { Message } from '@/lib/domain/message'
import { actsForGroup, actsForSelf } from '@/lib/services/alerts/link-acts'
import { openChannel } from '@/lib/services/notifications/channel-secrets'
import { type GroupPart, listMembers, partsOf, writeGroup } from '@/lib/services/notifications/deliver-group'
import { inspectMessage, type Subject } from '@/lib/services/notifications/inspect-message'
import { cancelDelivery, settleDelivery } from '@/lib/services/notifications/settle-delivery'
import { writeMessage } from '@/lib/services/notifications/write-message'

export interface SendSettings {
  /** How long a receiver may take to answer; the usual time when absent. */
  readonly timeoutMs?: number
}

/**
 * Sends a claimed message, or settles it without sending where it has become pointless. One that tells of several
 * alerts is looked at alert by alert.
 * @returns whether it was settled; false when it has to wait for an earlier one
 */
export async function deliverMessage(
  ctx: Context,
  message: Notification,
  settings: SendSettings = {},
): Promise<boolean> {
  const members = message.type === 'alert.group' ? await listMembers(ctx, message) : null
  const stored = await ctx.metadata.findChannelWithSecret(message.channelId)
  if (!stored?.enabled) {
    const reason = stored ? 'channel_off' : 'channel_gone'
    for (const one of [...(members ?? []), message]) await cancelDelivery(ctx, one, reason)
    return true
  }
  if (members === null) {
    const { subject, decision } = await inspectMessage(ctx, message)
    if (decision.act === 'wait') return false
    if (decision.act === 'cancel') await cancelDelivery(ctx, message, decision.reason)
    else await attempt(ctx, message, [{ message, subject }], stored, settings)
    return true
  }
  const parts = await partsOf(ctx, members)
  if (parts.length === 0) await cancelDelivery(ctx, message, 'overtaken')
  else await attempt(ctx, message, parts, stored, settings)
  return true
}

async function attempt(
  ctx: Context,
  message: Notification,
  parts: readonly GroupPart[],
  stored: ChannelWithSecret,
  settings: SendSettings,
): Promise<void> {
  const sending = send(ctx, message, parts, stored, settings)
  const { durationMs, ...result } = await sending.catch((error: unknown) => unsent(ctx, message, error))
  const about = parts.map((part) => part.message)
  await settleDelivery(ctx, message, about, stored, result, durationMs)
}

/** What cannot even be written, or opened with the key of this instance, has failed like any other: it is seen, and told. */
function unsent(ctx: Context, message: Notification, error: unknown): Attempt {
  const why = error instanceof Error ? error.message : String(error)
  ctx.logger.error({ notificationId: message.id, reason: why }, 'a notification could not be sent')
  const reason = reasonOf(error)
  return { outcome: 'retry', status: null, reason, afterMs: null, slow: true, durationMs: 0, answer: '' }
}

async function send(
  ctx: Context,
  message: Notification,
  parts: readonly GroupPart[],
  stored: ChannelWithSecret,
  { timeoutMs }: SendSettings,
): Promise<Attempt> {
  const channel = openChannel(ctx, stored)
  const [first] = parts
  // One that is left alone reads as if it had been alone.
  const text =
    parts.length === 1 && first
      ? await compose(ctx, first, channel, channel)
      : await writeGroup(ctx, parts, channel.kind, {
          write: (part) => compose(ctx, part, channel, null),
          actsFor: (told) => actsForGroup(ctx, message, told, channel),
        })
  const outbound = { key: message.key, message: text, nowMs: ctx.nowMs }
  return sendMessage(channel, outbound, {
    policy: parseAddressPolicy(ctx.outboundAllow ?? []),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  })
}

/** @param acting the channel whose links may act; null in a group, which has links of its own */
async function compose(
  ctx: Context,
  { message, subject }: GroupPart,
  { name }: ChannelWithSecret,
  acting: ChannelWithSecret | null,
): Promise<Message> {
  const { alert, self }: Subject = subject
  if (alert) return writeMessage(ctx, message.type, alert, acting)
  if (self) {
    const acts = acting === null ? [] : actsForSelf(ctx, self, acting)
    return composeSelfMessage(self, message.type, ctx.nowMs, ctx.publicUrl, acts)
  }
  return composeTest(name, message.createdMs, ctx.publicUrl)
}
