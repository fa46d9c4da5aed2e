/** Owns the test button of a channel: one message at once, and what really came back. */
import { randomUUID } from 'node:crypto'
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { composeTest } from '@/lib/alert/compose-self-message'
import { parseAddressPolicy } from '@/lib/channels/address-policy'
import { sendMessage } from '@/lib/channels/send-message'
import { AppError } from '@/lib/domain/errors'
import { MINUTE_MS, SECOND_MS } from '@/lib/domain/time'
import { hideSecrets, openChannel } from '@/lib/services/notifications/channel-secrets'

const LEAST_BETWEEN_TESTS_MS = 5 * SECOND_MS
/** Start of the receiver's answer that an administrator is shown. */
const SHOWN_ANSWER_LENGTH = 500

export interface ChannelTest {
  readonly delivered: boolean
  readonly status: number | null
  /** Why not, as a short word: `timeout`, `http_404`, `address_blocked` …; null when delivered. */
  readonly reason: string | null
  readonly durationMs: number
  readonly answer: string
}

/** @throws AppError `not_found`, `limited` within five seconds of the last test, `forbidden` */
export async function testChannel(ctx: Context, channelId: number): Promise<ChannelTest> {
  requireScope(ctx.principal, 'admin')
  const stored = await ctx.metadata.findChannelWithSecret(channelId)
  if (!stored) throw new AppError('not_found', 'There is no such channel.', { reason: 'unknown_channel' })
  await requirePause(ctx, channelId)
  const channel = openChannel(ctx, stored)
  const message = await ctx.metadata.addNotification({
    channelId,
    alertId: null,
    type: 'channel.test',
    key: `msg_${randomUUID().replaceAll('-', '')}`,
    body: '',
    createdMs: ctx.nowMs,
    // It is sent right here; the worker takes it up only if this process dies meanwhile.
    dueMs: ctx.nowMs + MINUTE_MS,
    attempts: 0,
    state: 'waiting',
    lastError: null,
    sentMs: null,
  })
  const outbound = {
    key: message.key,
    message: composeTest(channel.name, ctx.nowMs, ctx.publicUrl),
    nowMs: ctx.nowMs,
  }
  const attempt = await sendMessage(channel, outbound, {
    policy: parseAddressPolicy(ctx.outboundAllow ?? []),
  })
  const delivered = attempt.outcome === 'delivered'
  const reason = attempt.outcome === 'delivered' ? null : attempt.reason
  const { status, durationMs } = attempt
  await ctx.metadata.recordAttempt(
    { notificationId: message.id, atMs: ctx.nowMs, durationMs, status, error: reason },
    { state: delivered ? 'sent' : 'given_up' },
  )
  const subject = `${channel.name}: ${delivered ? 'delivered' : reason}`
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: actorName(ctx.principal),
    action: 'channel.test',
    subject,
  })
  const answer = hideSecrets(attempt.answer, channel).slice(0, SHOWN_ANSWER_LENGTH)
  return { delivered, status, reason, durationMs, answer }
}

async function requirePause(ctx: Context, channelId: number): Promise<void> {
  const recent = await ctx.metadata.listNotifications({ channelId, limit: 20 })
  const last = recent.find((message) => message.type === 'channel.test')
  if (last && Math.abs(ctx.nowMs - last.createdMs) < LEAST_BETWEEN_TESTS_MS) {
    throw new AppError('limited', 'A test was sent a moment ago.', { retryAfterSeconds: 5 })
  }
}
