/** Owns answering what administrators do with channels. */
import * as z from 'zod'
import type { Channel } from '@/lib/domain/channel'
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

export const ChannelBody = z.object({
  name: z.string().max(200),
  url: z.string().max(4_000),
  secret: z.string().max(200).optional().describe('whsec_…; made when absent'),
})
export const ChannelChange = z.object({
  name: z.string().max(200).optional(),
  enabled: z.boolean().optional(),
})

export const channelsHandler: Handler = async (app, exchange) => {
  const channels = await listChannelItems(app.contextFor(exchange.principal))
  return jsonReply({
    channels: channels.map(({ deliveries, ...channel }) => ({
      ...toApi(channel),
      deliveries: deliveries.map(toApiDelivery),
    })),
  })
}

export const addChannelHandler: Handler = async (app, exchange) => {
  const wish = await readJson(app, exchange, ChannelBody)
  const { channel, secret } = await addChannel(app.contextFor(exchange.principal), wish)
  return jsonReply({ channel: toApi(channel), secret }, 201)
}

export const updateChannelHandler: Handler = async (app, exchange) => {
  const change = await readJson(app, exchange, ChannelChange)
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
  const { id, name, kind, enabled, host, createdMs } = channel
  return { id, name, kind, enabled, host, created: toRfc3339(createdMs) }
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
