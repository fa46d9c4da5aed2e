/** Owns turning wishes to notify into outbox rows, channel by channel; the decision itself is in lib/alert. */
import { createHash } from 'node:crypto'
import type { Context } from '@/lib/access/context'
import type { NotifyWish } from '@/lib/alert/advance-input'
import { decideNotification, type HoldReason, readHistory } from '@/lib/alert/decide-notification'
import { type Pace, paceOf } from '@/lib/alert/pace'
import { routeAlert } from '@/lib/alert/route-alert'
import type { Alert, AlertEvent, Notification, NotificationType } from '@/lib/domain/alert'
import type { Channel, ChannelKind } from '@/lib/domain/channel'
import type { Model } from '@/lib/domain/model'
import { readRoutes } from '@/lib/queries/alert-routes'

/** Newest messages of one alert on one channel that a decision looks at. */
const HISTORY_LIMIT = 50

/** Rows to be written by the commit that changed the alerts. */
export interface QueuedNotifications {
  readonly notifications: Omit<Notification, 'id'>[]
  readonly events: Omit<AlertEvent, 'id'>[]
}

/** Why nobody hears of it, in words; reasons that are not here are routine and leave no line in the history. */
const HELD: Partial<Record<HoldReason | 'no_channel' | 'no_route', string>> = {
  silenced: 'The alert is silenced.',
  inhibited: 'Another alert explains it.',
  acknowledged: 'Somebody is on it already.',
  no_channel: 'There is no channel to send it to.',
  no_route: 'The routes send it to nobody.',
}

/** Kinds that want to hear that somebody is on it: they page until then. */
const HEARS_OF_ACKNOWLEDGEMENTS: ReadonlySet<ChannelKind> = new Set(['pagerduty'])

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
  const choose = await createChooser(ctx)
  for (const wish of wishes) {
    const held = new Set<HoldReason | 'no_channel' | 'no_route'>()
    const chosen = await choose(wish)
    for (const { channel, pace } of chosen) {
      const row = await decideFor(ctx, wish, channel, pace)
      if (typeof row === 'string') held.add(row)
      else notifications.push(row)
    }
    const isToBeHeard = wish.because !== 'resolved' && wish.because !== 'acknowledged'
    if (chosen.length === 0 && isToBeHeard) held.add(choose.hasChannels ? 'no_route' : 'no_channel')
    for (const reason of held) {
      const why = HELD[reason]
      if (why) events.push(heldEvent(wish, why, ctx.nowMs))
    }
  }
  return { notifications, events }
}

/** Tells open alerts again that nobody has taken on, and channels that were never told. Returns rows queued. */
export async function queueRepeats(ctx: Context): Promise<number> {
  const choose = await createChooser(ctx)
  if (!choose.hasChannels) return 0
  const alerts = await ctx.metadata.listAlerts({ states: ['firing'], historical: false, limit: 500 })
  let queued = 0
  for (const alert of alerts) {
    const wish = { alert, type: 'alert.firing', because: 'repeat' } as const
    for (const { channel, pace } of await choose(wish)) {
      const row = await decideFor(ctx, wish, channel, pace)
      if (typeof row === 'string') continue
      await ctx.metadata.addNotification(row)
      queued++
    }
  }
  return queued
}

interface Chosen {
  readonly channel: Channel
  readonly pace: Pace
}

/** Which channels a wish goes to: by the routes, but an end or an acknowledgement to whoever may have been told. */
async function createChooser(ctx: Context) {
  const channels = (await ctx.metadata.listChannels()).filter((channel) => channel.enabled)
  const { routes } = await readRoutes(ctx)
  const models = new Map<number, Model | null>()
  const choose = async ({ alert, because }: NotifyWish): Promise<readonly Chosen[]> => {
    const all = channels.map((channel) => ({ channel, pace: paceOf() }))
    if (because === 'resolved') return all
    if (because === 'acknowledged')
      return all.filter(({ channel }) => HEARS_OF_ACKNOWLEDGEMENTS.has(channel.kind))
    if (routes.length === 0) return all
    const known = models.get(alert.modelId)
    const model = known === undefined ? await ctx.metadata.findModelById(alert.modelId) : known
    models.set(alert.modelId, model)
    const subject = {
      model: model?.name ?? '',
      severity: alert.severity,
      cause: alert.cause,
      owner: model?.settings.owner ?? null,
      slice: null,
    }
    const enabled = channels.map(({ id }) => id)
    return routeAlert(routes, subject, enabled, ctx.nowMs).channels.flatMap(({ channelId, pace }) => {
      const channel = channels.find(({ id }) => id === channelId)
      return channel ? [{ channel, pace }] : []
    })
  }
  return Object.assign(choose, { hasChannels: channels.length > 0 })
}

async function decideFor(
  ctx: Context,
  wish: NotifyWish,
  channel: Channel,
  pace: Pace,
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
    pace,
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
