/** Owns finding what a signed link acts on: one alert, one of Plumbline about itself, or all that one message told of. */
import { setImmediate } from 'node:timers/promises'
import type { Context } from '@/lib/access/context'
import type { LinkAction, LinkClaim } from '@/lib/access/signed-link'
import type { Alert } from '@/lib/domain/alert'
import type { SelfAlert } from '@/lib/domain/self-alert'

/** More than a message ever tells of. */
const MAX_TOLD = 2_000
/** Others are served in between. */
const AT_ONCE = 50

/** `over`: it ended; `done`: what the link would do is so already. */
export type LinkState = 'ready' | 'over' | 'done'

/** One alert that a link acts on. */
export type LinkedAlert =
  | { readonly about: 'alert'; readonly alert: Alert; readonly state: LinkState }
  | { readonly about: 'self'; readonly alert: SelfAlert; readonly state: LinkState }

export interface Linked {
  /** What the signature covers beside the link itself. */
  readonly subject: string
  /** Whether what the link claims to act on was sent to the channel it names. */
  readonly isOfChannel: boolean
  /** The page that shows what it acts on, for people who sign in. */
  readonly path: string
  /** What it acts on, worst first. */
  read(): Promise<readonly LinkedAlert[]>
}

/** What a link claims to act on; null when there is no such thing. Nothing is believed of the claim but its numbers. */
export async function findLinked(ctx: Context, claim: LinkClaim): Promise<Linked | null> {
  const { about, id, action, channelId } = claim
  if (about === 'alert') {
    const alert = await ctx.metadata.findAlert(id)
    if (!alert) return null
    const linked = { about, alert, state: stateOf(ctx, action, alert) } as const
    return {
      subject: alert.dedupKey,
      isOfChannel: true,
      path: `/alerts/${alert.id}`,
      read: async () => [linked],
    }
  }
  if (about === 'self') {
    const alert = await ctx.metadata.findSelfAlert(id)
    if (!alert) return null
    const linked = { about, alert, state: stateOf(ctx, action, alert) } as const
    return {
      subject: alert.dedupKey,
      isOfChannel: true,
      path: '/alerts#plumbline',
      read: async () => [linked],
    }
  }
  const group = await ctx.metadata.findNotification(id)
  if (group?.type !== 'alert.group') return null
  return {
    subject: group.key,
    isOfChannel: group.channelId === channelId,
    path: '/alerts',
    read: () => readGroup(ctx, id, action),
  }
}

/** What the message told of as not over. What was left out of it, or told as over, is none of it. */
async function readGroup(ctx: Context, groupId: number, action: LinkAction): Promise<LinkedAlert[]> {
  const members = await ctx.metadata.listNotifications({ groupId, limit: MAX_TOLD })
  const told = members.filter(({ state, type }) => state !== 'cancelled' && type !== 'alert.resolved')
  const found = new Map<string, LinkedAlert>()
  for (const [index, { alertId, selfAlertId }] of told.entries()) {
    if (index % AT_ONCE === AT_ONCE - 1) await setImmediate()
    const alert = alertId === null ? null : await ctx.metadata.findAlert(alertId)
    if (alert) found.set(`alert ${alert.id}`, { about: 'alert', alert, state: stateOf(ctx, action, alert) })
    const self = selfAlertId ? await ctx.metadata.findSelfAlert(selfAlertId) : null
    if (self) found.set(`self ${self.id}`, { about: 'self', alert: self, state: stateOf(ctx, action, self) })
  }
  return [...found.values()].sort(
    (a, b) =>
      Number(b.alert.severity === 'critical') - Number(a.alert.severity === 'critical') ||
      b.alert.firedMs - a.alert.firedMs,
  )
}

function stateOf({ nowMs }: Context, action: LinkAction, alert: Alert | SelfAlert): LinkState {
  if (action === 'false_alarm')
    return 'judgement' in alert && alert.judgement === 'false_alarm' ? 'done' : 'ready'
  if (alert.resolvedMs !== null) return 'over'
  if (action === 'acknowledge') return alert.acknowledgedBy === null ? 'ready' : 'done'
  return (alert.silencedUntilMs ?? 0) > nowMs ? 'done' : 'ready'
}
