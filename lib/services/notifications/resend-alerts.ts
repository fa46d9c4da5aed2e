/** Owns keeping open alerts alive at Alertmanagers, which forget what is not sent again. */
import type { Context } from '@/lib/access/context'
import { composeSelfMessage } from '@/lib/alert/compose-message'
import { parseAddressPolicy } from '@/lib/channels/address-policy'
import { resendCall } from '@/lib/channels/alertmanager'
import { sendHttp } from '@/lib/channels/send-http'
import type { Notification } from '@/lib/domain/alert'
import type { Message } from '@/lib/domain/message'
import { openChannel } from '@/lib/services/notifications/channel-secrets'
import { writeMessage } from '@/lib/services/notifications/write-message'

const MAX_ALERTS = 500
/** Alerts in one request. */
const BATCH = 50

/** Work to be done in the lane of its channel. */
export interface Resend {
  readonly channelId: number
  run(): Promise<void>
}

/** For every Alertmanager that is on: sending again what it was told of and what has not ended, silenced or not. */
export async function listResends(ctx: Context): Promise<Resend[]> {
  const channels = (await ctx.metadata.listChannels()).filter(
    ({ kind, enabled }) => kind === 'alertmanager' && enabled,
  )
  return channels.map(({ id }) => ({ channelId: id, run: () => resend(ctx, id) }))
}

async function resend(ctx: Context, channelId: number): Promise<void> {
  const stored = await ctx.metadata.findChannelWithSecret(channelId)
  if (!stored?.enabled) return
  const messages = await openMessages(ctx, channelId)
  const { url, secret, name } = openChannel(ctx, stored)
  const policy = parseAddressPolicy(ctx.outboundAllow ?? [])
  for (let from = 0; from < messages.length; from += BATCH) {
    const call = resendCall(url, secret, messages.slice(from, from + BATCH), ctx.nowMs)
    const result = await sendHttp(call, ctx.nowMs, { policy })
    if (result.outcome === 'delivered') continue
    ctx.logger.warn({ channel: name, reason: result.reason }, 'open alerts could not be sent again')
    return
  }
}

async function openMessages(ctx: Context, channelId: number): Promise<Message[]> {
  const { metadata } = ctx
  const messages: Message[] = []
  const states = ['firing', 'recovering'] as const
  for (const alert of await metadata.listAlerts({ states, historical: false, limit: MAX_ALERTS })) {
    const told = await metadata.listNotifications({ alertId: alert.id, channelId, limit: 20 })
    if (isOpenThere(told)) messages.push(await writeMessage(ctx, 'alert.firing', alert))
  }
  for (const alert of await metadata.listSelfAlerts({ resolvedToo: false, limit: MAX_ALERTS })) {
    const told = await metadata.listNotifications({ selfAlertId: alert.id, channelId, limit: 20 })
    if (isOpenThere(told)) messages.push(composeSelfMessage(alert, 'alert.firing', ctx.nowMs, ctx.publicUrl))
  }
  return messages
}

/** Whether the newest message that arrived there did not end it. */
function isOpenThere(newestFirst: readonly Notification[]): boolean {
  const last = newestFirst.find(({ state }) => state === 'sent')
  return last !== undefined && last.type !== 'alert.resolved'
}
