/** Owns who hears of an alert of Plumbline about itself, and the rows of the outbox that tell them. */
import { createHash } from 'node:crypto'
import type { Context } from '@/lib/access/context'
import { isLongFrom } from '@/lib/alert/decide-notification'
import { BATCH_KEY, groupingOf, SELF_GROUP_KEY } from '@/lib/alert/grouping'
import { routeAlert } from '@/lib/alert/route-alert'
import type { Notification, NotificationType } from '@/lib/domain/alert'
import type { AlertRoutes } from '@/lib/domain/alert-route'
import type { Channel } from '@/lib/domain/channel'
import type { SelfAlert } from '@/lib/domain/self-alert'
import { readRoutes } from '@/lib/queries/alert-routes'

export function isSilenced({ silencedUntilMs }: Pick<SelfAlert, 'silencedUntilMs'>, nowMs: number): boolean {
  return silencedUntilMs !== null && silencedUntilMs > nowMs
}

/** What decides who hears of what is wrong: read once, however much that is. */
export interface Audience {
  readonly routes: AlertRoutes['routes']
  readonly channels: readonly Channel[]
}

export async function readAudience(ctx: Context): Promise<Audience> {
  const { routes } = await readRoutes(ctx)
  return { routes, channels: (await ctx.metadata.listChannels()).filter(({ enabled }) => enabled) }
}

/** Tells one that lasts to channels that were never told, that were told long ago, or whose silence is over. */
export async function repeatSelf(ctx: Context, audience: Audience, alert: SelfAlert): Promise<void> {
  const { nowMs } = ctx
  if (alert.acknowledgedBy !== null || isSilenced(alert, nowMs)) return
  const messages = await ctx.metadata.listNotifications({ selfAlertId: alert.id, limit: 500 })
  for (const to of listenersOf(audience, alert, nowMs)) {
    const { channelId, pace } = to
    const [last] = messages.filter(
      (message) => message.channelId === channelId && message.state !== 'cancelled',
    )
    if (last?.state === 'waiting') continue
    const lastMs = last ? (last.sentMs ?? last.createdMs) : null
    const wasSilenced = lastMs !== null && alert.silencedUntilMs !== null && lastMs < alert.silencedUntilMs
    if (lastMs !== null && !wasSilenced && !isLongFrom(nowMs, lastMs, pace.repeatMs[alert.severity])) continue
    await ctx.metadata.addNotification(selfMessage(alert, alert.id, to, 'alert.firing', nowMs))
  }
}

/** Who hears of it: by the routes, but never by the channel that it is about. */
export function listenersOf(
  { routes, channels }: Audience,
  { kind, subject, severity }: Pick<SelfAlert, 'kind' | 'subject' | 'severity'>,
  nowMs: number,
) {
  const others = channels.filter(({ id }) => !(kind === 'undeliverable' && String(id) === subject))
  const about = { model: null, severity, cause: kind, owner: null, slice: null }
  const ids = others.map(({ id }) => id)
  return routeAlert(routes, about, ids, nowMs).channels.map(({ channelId, pace }) => {
    const channel = others.find(({ id }) => id === channelId)
    const way = channel ? groupingOf(channel.kind)?.way : undefined
    const groupKey = way === undefined ? null : way === 'batched' ? BATCH_KEY : SELF_GROUP_KEY
    return { channelId, pace, groupKey: pace.groupBy.includes('alert') && way === 'paced' ? null : groupKey }
  })
}

/** A row of the outbox about it. */
export function selfMessage(
  alert: Pick<SelfAlert, 'dedupKey'>,
  selfAlertId: number | null,
  { channelId, groupKey }: { readonly channelId: number; readonly groupKey: string | null },
  type: NotificationType,
  nowMs: number,
): Omit<Notification, 'id'> {
  const digest = createHash('sha256')
    .update([alert.dedupKey, channelId, type, nowMs].join('\n'))
    .digest('hex')
  return {
    channelId,
    alertId: null,
    selfAlertId,
    groupKey,
    type,
    key: `msg_${digest.slice(0, 32)}`,
    body: '',
    createdMs: nowMs,
    dueMs: nowMs,
    attempts: 0,
    state: 'waiting',
    lastError: null,
    sentMs: null,
  }
}
