/** Owns turning wishes to notify into outbox rows, channel by channel; the decision itself is in lib/alert. */
import { createHash } from 'node:crypto'
import type { NewestMessage } from '@/db/contracts/notification-records'
import type { Context } from '@/lib/access/context'
import type { NotifyWish } from '@/lib/alert/advance-input'
import { decideNotification, type HoldReason, isLongFrom, readHistory } from '@/lib/alert/decide-notification'
import { groupHoldMs, groupKeyOf, isPaced } from '@/lib/alert/grouping'
import { type Pace, paceOf } from '@/lib/alert/pace'
import { routeAlert } from '@/lib/alert/route-alert'
import type { Alert, AlertEvent, Notification, NotificationType } from '@/lib/domain/alert'
import type { Channel, ChannelKind } from '@/lib/domain/channel'
import type { Model } from '@/lib/domain/model'
import { readRoutes } from '@/lib/queries/alert-routes'
import { readKeeper } from '@/lib/queries/read-keeper'

/** Newest messages of one alert on one channel that a decision looks at. */
const HISTORY_LIMIT = 50
/** Open alerts that are looked at for repeats, and sent again to Alertmanagers. */
export const MAX_REPEATED = 5_000
/** Newest alerts that are over and looked at for ends that a channel was not told of. */
const MAX_ENDED = 500

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
export const HEARS_OF_ACKNOWLEDGEMENTS: ReadonlySet<ChannelKind> = new Set(['pagerduty'])

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
    for (const one of chosen) {
      const row = await decideFor(ctx, wish, one)
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
  const alerts = await ctx.metadata.listAlerts({ states: ['firing'], historical: false, limit: MAX_REPEATED })
  const told = new Map(
    (await ctx.metadata.listNewestOfFiring()).map((one) => [`${one.alertId} ${one.channelId}`, one]),
  )
  let queued = 0
  for (const alert of alerts) {
    const wish = { alert, type: 'alert.firing', because: 'repeat' } as const
    for (const one of await choose(wish)) {
      const newest = told.get(`${alert.id} ${one.channel.id}`)
      if (newest && isToldLately(newest, alert, one.pace, ctx.nowMs)) continue
      const row = await decideFor(ctx, wish, one)
      if (typeof row === 'string') continue
      await ctx.metadata.addNotification(row)
      queued++
    }
  }
  return queued
}

/** Tells a channel that is on again what ended meanwhile, of what it was told before. Returns rows queued. */
export async function queueMissedEnds(ctx: Context, channelId: number): Promise<number> {
  const choose = await createChooser(ctx)
  const ended = await ctx.metadata.listAlerts({ states: ['resolved'], historical: false, limit: MAX_ENDED })
  let queued = 0
  for (const alert of ended) {
    const wish = { alert, type: 'alert.resolved', because: 'resolved' } as const
    const chosen = (await choose(wish)).find(({ channel }) => channel.id === channelId)
    const row = chosen ? await decideFor(ctx, wish, chosen) : null
    if (row === null || typeof row === 'string') continue
    await ctx.metadata.addNotification(row)
    queued++
  }
  return queued
}

/**
 * What most alerts are at most times: a message waits or was sent within the repeat interval. The rest is decided. One
 * that the receiver refused for good is not tried again before it would have been repeated.
 */
function isToldLately(
  { type, state, createdMs, sentMs }: NewestMessage,
  alert: Alert,
  pace: Pace,
  nowMs: number,
): boolean {
  if (type === 'alert.resolved') return false
  return state === 'waiting' || !isLongFrom(nowMs, sentMs ?? createdMs, pace.repeatMs[alert.severity])
}

interface Chosen {
  readonly channel: Channel
  readonly pace: Pace
  /** What it is told together with there; null: alone. */
  readonly groupKey: string | null
}

/** Which channels a wish goes to: by the routes, but an end or an acknowledgement to whoever may have been told. */
async function createChooser(ctx: Context) {
  const channels = (await ctx.metadata.listChannels()).filter((channel) => channel.enabled)
  const { routes } = await readRoutes(ctx)
  const models = new Map<number, Model | null>()
  const modelOf = async (modelId: number) => {
    const known = models.get(modelId)
    const model = known === undefined ? await ctx.metadata.findModelById(modelId) : known
    models.set(modelId, model)
    return model
  }
  const choose = async ({ alert, because }: NotifyWish): Promise<readonly Chosen[]> => {
    const model = await modelOf(alert.modelId)
    const owner = model ? (await readKeeper(ctx, alert, model)).owner : null
    const chosen = (channel: Channel, pace: Pace): Chosen => {
      const { severity, cause } = alert
      const version = String(alert.versionId)
      const facts = { model: String(alert.modelId), version, cause, severity, owner: owner ?? '' }
      return { channel, pace, groupKey: groupKeyOf(channel.kind, facts, pace.groupBy) }
    }
    const everywhere = () => channels.map((channel) => chosen(channel, paceOf()))
    if (because === 'acknowledged')
      return everywhere().filter(({ channel }) => HEARS_OF_ACKNOWLEDGEMENTS.has(channel.kind))
    if (routes.length === 0) return everywhere()
    const subject = {
      model: model?.name ?? '',
      severity: alert.severity,
      cause: alert.cause,
      owner,
      slice: alert.slice?.name ?? null,
    }
    const enabled = channels.map(({ id }) => id)
    const routed = routeAlert(routes, subject, enabled, ctx.nowMs).channels.flatMap(({ channelId, pace }) => {
      const channel = channels.find(({ id }) => id === channelId)
      return channel ? [chosen(channel, pace)] : []
    })
    if (because !== 'resolved') return routed
    // Its end goes to whoever was told, whatever the routes say by now; those they lead to keep their groups.
    const others = everywhere().filter(({ channel }) => !routed.some((one) => one.channel.id === channel.id))
    return [...routed, ...others]
  }
  return Object.assign(choose, { hasChannels: channels.length > 0 })
}

async function decideFor(
  ctx: Context,
  wish: NotifyWish,
  { channel, pace, groupKey }: Chosen,
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
    group: await groupOf(ctx, alert, channel.id, pace, groupKey),
  })
  if (decision.act === 'hold') return decision.reason
  return {
    channelId: channel.id,
    alertId: alert.id,
    groupKey,
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

/** Until when the group of an alert is left in peace; null where it has none that waits. */
async function groupOf(
  ctx: Context,
  { severity }: Alert,
  channelId: number,
  { groupIntervalMs }: Pace,
  groupKey: string | null,
): Promise<{ holdMs: number | null } | null> {
  if (groupKey === null || !isPaced(groupKey)) return null
  const told = await ctx.metadata.lastTold(channelId, groupKey, ctx.nowMs, groupIntervalMs)
  return { holdMs: groupHoldMs(told, severity, groupIntervalMs) }
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
