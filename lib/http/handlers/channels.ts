/** Owns answering what administrators do with channels. */
import * as z from 'zod'
import { CHANNEL_KINDS, type Channel, type ChannelHealth, MAIL_SECURITY } from '@/lib/domain/channel'
import { toRfc3339 } from '@/lib/domain/time'
import type { Handler } from '@/lib/http/exchange'
import { idParam } from '@/lib/http/parameters'
import { readJson } from '@/lib/http/read-json'
import { emptyReply, jsonReply } from '@/lib/http/reply'
import { type DeliveryItem, listChannelItems } from '@/lib/queries/channels'
import { addChannel } from '@/lib/services/notifications/add-channel'
import { deleteChannel } from '@/lib/services/notifications/delete-channel'
import { testChannel } from '@/lib/services/notifications/test-channel'
import { updateChannel } from '@/lib/services/notifications/update-channel'

const address = z.string().max(4_000)
const secret = z.string().max(1_000)
const mail = {
  from: z.string().max(320).optional().describe('email: the sender'),
  to: z.array(z.string().max(320)).max(1_000).optional().describe('email: up to 50 receivers'),
  username: z.string().max(320).optional().describe('email: of the mail server; the secret is its password'),
  security: z.enum(MAIL_SECURITY).optional().describe('email: starttls unless the port is 465'),
  links: z
    .boolean()
    .optional()
    .describe('false: messages carry no links that acknowledge, silence or mark without signing in'),
}

export const ChannelBody = z.object({
  name: z.string().max(200),
  kind: z.enum(CHANNEL_KINDS).default('webhook'),
  url: address
    .optional()
    .describe('https://…; smtp://host:587 or smtps://host:465 for email; may be absent for pagerduty'),
  secret: secret
    .optional()
    .describe(
      'webhook: whsec_…, made when absent, or the new and the old one with a space between; pagerduty: routing key; email: password; alertmanager: token or user:password',
    ),
  ...mail,
})
export const ChannelChange = z.object({
  name: z.string().max(200).optional(),
  enabled: z.boolean().optional(),
  url: address.optional(),
  secret: secret.optional(),
  ...mail,
})

export const channelsHandler: Handler = async (app, exchange) => {
  const channels = await listChannelItems(app.contextFor(exchange.principal))
  return jsonReply({
    channels: channels.map(({ deliveries, waiting, nextTryMs, ...channel }) => ({
      ...toApi(channel),
      health: toApiHealth(channel.health, waiting, nextTryMs),
      deliveries: deliveries.map(toApiDelivery),
    })),
  })
}

export const addChannelHandler: Handler = async (app, exchange) => {
  const { name, kind, url, secret, ...settings } = await readJson(app, exchange, ChannelBody)
  const wish = { name, kind, url, secret, settings }
  const added = await addChannel(app.contextFor(exchange.principal), wish)
  return jsonReply({ channel: toApi(added.channel), secret: added.secret }, 201)
}

export const updateChannelHandler: Handler = async (app, exchange) => {
  const { name, enabled, url, secret, ...settings } = await readJson(app, exchange, ChannelChange)
  const hasSettings = Object.values(settings).some((value) => value !== undefined)
  const change = { name, enabled, url, secret, settings: hasSettings ? settings : undefined }
  await updateChannel(app.contextFor(exchange.principal), idParam(exchange), change)
  return emptyReply()
}

export const deleteChannelHandler: Handler = async (app, exchange) => {
  await deleteChannel(app.contextFor(exchange.principal), idParam(exchange))
  return emptyReply()
}

export const testChannelHandler: Handler = async (app, exchange) => {
  const test = await testChannel(app.contextFor(exchange.principal), idParam(exchange))
  const { delivered, status, reason, durationMs, answer } = test
  return jsonReply({ delivered, status, reason, duration_ms: durationMs, answer })
}

function toApi(channel: Channel) {
  const { id, name, kind, enabled, host, settings, createdMs } = channel
  return { id, name, kind, enabled, host, ...settings, created: toRfc3339(createdMs) }
}

function toApiHealth(health: ChannelHealth, waiting: number, nextTryMs: number | null) {
  const instant = (ms: number | null) => (ms === null ? null : toRfc3339(ms))
  return {
    last_success: instant(health.lastSuccessMs),
    last_failure: instant(health.lastFailureMs),
    failures_in_row: health.failuresInRow,
    last_error: health.lastError,
    waiting,
    next_try: instant(nextTryMs),
  }
}

function toApiDelivery(delivery: DeliveryItem) {
  const { id, type, alertId, state, attempts, createdMs, sentMs, lastError } = delivery
  const sent = sentMs === null ? null : toRfc3339(sentMs)
  return {
    id,
    type,
    alert_id: alertId,
    state,
    attempts,
    created: toRfc3339(createdMs),
    sent,
    last_error: lastError,
  }
}
