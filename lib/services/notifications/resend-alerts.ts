/** Owns keeping open alerts alive at Alertmanagers, which forget what is not sent again. */
import type { Context } from '@/lib/access/context'
import { composeSelfMessage } from '@/lib/alert/compose-self-message'
import { whyMuted } from '@/lib/alert/decide-notification'
import { BATCH_KEY } from '@/lib/alert/grouping'
import { parseAddressPolicy } from '@/lib/channels/address-policy'
import { resendCall } from '@/lib/channels/alertmanager'
import { sendHttp } from '@/lib/channels/send-http'
import type { Alert, Notification } from '@/lib/domain/alert'
import type { Message } from '@/lib/domain/message'
import type { SelfAlert } from '@/lib/domain/self-alert'
import { openChannel } from '@/lib/services/notifications/channel-secrets'
import { MAX_REPEATED } from '@/lib/services/notifications/queue-notifications'
import { isSilenced, selfMessage } from '@/lib/services/notifications/self-messages'
import { writeMessage } from '@/lib/services/notifications/write-message'

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
  const open = await listOpenThere(ctx, channelId)
  const { url, secret, name } = openChannel(ctx, stored)
  const policy = parseAddressPolicy(ctx.outboundAllow ?? [])
  for (let from = 0; from < open.length; from += BATCH) {
    const messages: Message[] = []
    for (const one of open.slice(from, from + BATCH)) messages.push(await write(ctx, one))
    const result = await sendHttp(resendCall(url, secret, messages, ctx.nowMs), ctx.nowMs, { policy })
    if (result.outcome === 'delivered') continue
    ctx.logger.warn({ channel: name, reason: result.reason }, 'open alerts could not be sent again')
    await handToOutbox(ctx, channelId, open)
    return
  }
}

/** What an Alertmanager takes for open. */
type OpenThere =
  | { readonly about: 'alert'; readonly alert: Alert }
  | { readonly about: 'self'; readonly alert: SelfAlert }

/** What is left out is over, for all that an Alertmanager knows. */
async function listOpenThere({ metadata }: Context, channelId: number): Promise<OpenThere[]> {
  const open: OpenThere[] = []
  const states = ['firing', 'recovering'] as const
  for (const alert of await metadata.listAlerts({ states, historical: false, limit: MAX_REPEATED })) {
    const told = await metadata.listNotifications({ alertId: alert.id, channelId, limit: 20 })
    if (isOpenThere(told)) open.push({ about: 'alert', alert })
  }
  for (const alert of await metadata.listSelfAlerts({ resolvedToo: false, limit: MAX_REPEATED })) {
    const told = await metadata.listNotifications({ selfAlertId: alert.id, channelId, limit: 20 })
    if (isOpenThere(told)) open.push({ about: 'self', alert })
  }
  return open
}

/** Whether the newest message that arrived there did not end it. */
function isOpenThere(newestFirst: readonly Notification[]): boolean {
  const last = newestFirst.find(({ state }) => state === 'sent')
  return last !== undefined && last.type !== 'alert.resolved'
}

async function write(ctx: Context, { about, alert }: OpenThere): Promise<Message> {
  return about === 'alert'
    ? writeMessage(ctx, 'alert.firing', alert)
    : composeSelfMessage(alert, 'alert.firing', ctx.nowMs, ctx.publicUrl)
}

/**
 * Has the outbox tell one of them, unless something waits there already: its attempts stand in the health of the channel,
 * and the other channels hear when none arrives. An Alertmanager that hears nothing tells people that all is over.
 */
async function handToOutbox(ctx: Context, channelId: number, open: readonly OpenThere[]): Promise<void> {
  const queues = await ctx.metadata.listQueues()
  if (queues.some((queue) => queue.channelId === channelId)) return
  const spoken = open.find(({ about, alert }) =>
    about === 'alert' ? whyMuted(alert, ctx.nowMs) === null : !isSilenced(alert, ctx.nowMs),
  )
  if (!spoken) return
  const { about, alert } = spoken
  const to = { channelId, groupKey: BATCH_KEY }
  const row = selfMessage(alert, about === 'self' ? alert.id : null, to, 'alert.firing', ctx.nowMs)
  await ctx.metadata.addNotification(about === 'self' ? row : { ...row, alertId: alert.id })
}
