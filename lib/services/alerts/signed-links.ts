/** Owns acting on an alert by a link from a message, without a session: which links a message carries, what one would do, and doing it. */
import type { Context } from '@/lib/access/context'
import { isSignedLink, type LinkAction, readLink, signLink } from '@/lib/access/signed-link'
import type { Alert } from '@/lib/domain/alert'
import type { Channel, ChannelKind } from '@/lib/domain/channel'
import { isAppError } from '@/lib/domain/errors'
import type { MessageAct } from '@/lib/domain/message'
import { HOUR_MS } from '@/lib/domain/time'
import { acknowledgeAlert } from '@/lib/services/alerts/acknowledge-alert'
import { judgeAlert } from '@/lib/services/alerts/judge-alert'
import { silenceAlert } from '@/lib/services/alerts/silence-alert'

/** How long a link works: a night and a morning. */
export const LINK_LASTS_MS = 24 * HOUR_MS

/** Where a link can be followed by a person. The others have their own ways to acknowledge, or are read by machines alone. */
const CARRIES_LINKS: ReadonlySet<ChannelKind> = new Set(['webhook', 'slack', 'teams', 'email'])

/**
 * The acts that a message about this alert carries on this channel: none where the instance does not know the address
 * people reach it at, where it has no key, and where the channel was told to carry none.
 */
export function actsFor(
  ctx: Context,
  alert: Alert,
  channel: Pick<Channel, 'id' | 'kind' | 'settings'>,
): MessageAct[] {
  const { secretKey, publicUrl, nowMs } = ctx
  if (!ctx.hasPublicUrl || !secretKey || !CARRIES_LINKS.has(channel.kind)) return []
  if (channel.settings.links === false) return []
  const isOpen = alert.state !== 'resolved'
  const wanted: readonly (LinkAction | null)[] = [
    isOpen && alert.acknowledgedBy === null ? 'acknowledge' : null,
    isOpen ? 'silence' : null,
    alert.judgement === null ? 'false_alarm' : null,
  ]
  const expiresMs = Math.floor((nowMs + LINK_LASTS_MS) / 1_000) * 1_000
  return wanted.flatMap((action) => {
    if (action === null) return []
    const claim = { action, alertId: alert.id, channelId: channel.id, expiresMs }
    return [{ action, url: `${publicUrl}/act/${signLink(secretKey, claim, alert.dedupKey)}`, expiresMs }]
  })
}

/** What a link leads to. */
export type FollowedLink =
  /** No link of ours, one that was changed, or one whose channel is gone or off. */
  | { readonly state: 'malformed' | 'forged' | 'channel_gone' }
  | { readonly state: 'expired'; readonly alert: Alert }
  | {
      /** `over`: the alert ended; `done`: what it would do is so already. */
      readonly state: 'ready' | 'over' | 'done'
      readonly action: LinkAction
      readonly alert: Alert
      readonly channel: string
      readonly expiresMs: number
    }

/** What a link would do. Changes nothing: mail scanners and previews follow links, too. */
export async function inspectLink(ctx: Context, token: string): Promise<FollowedLink> {
  const claim = readLink(token)
  if (claim === null) return { state: 'malformed' }
  const alert = await ctx.metadata.findAlert(claim.alertId)
  if (!ctx.secretKey || !alert || !isSignedLink(ctx.secretKey, token, alert.dedupKey))
    return { state: 'forged' }
  if (ctx.nowMs >= claim.expiresMs) return { state: 'expired', alert }
  const channels = await ctx.metadata.listChannels()
  const channel = channels.find(({ id, enabled }) => id === claim.channelId && enabled)
  if (!channel || channel.settings.links === false) return { state: 'channel_gone' }
  const { action, expiresMs } = claim
  return { state: stateOf(action, alert, ctx.nowMs), action, alert, channel: channel.name, expiresMs }
}

function stateOf(action: LinkAction, alert: Alert, nowMs: number): 'ready' | 'over' | 'done' {
  if (action === 'false_alarm') return alert.judgement === 'false_alarm' ? 'done' : 'ready'
  if (alert.state === 'resolved') return 'over'
  if (action === 'acknowledge') return alert.acknowledgedBy === null ? 'ready' : 'done'
  return (alert.silencedUntilMs ?? 0) > nowMs ? 'done' : 'ready'
}

/**
 * Does what a link says, where it is still to be done.
 * @returns what it leads to afterwards
 */
export async function followLink(ctx: Context, token: string): Promise<FollowedLink> {
  const link = await inspectLink(ctx, token)
  if (link.state !== 'ready') return link
  const { action, alert, channel } = link
  const acting: Context = { ...ctx, principal: { kind: 'link', channel, alertId: alert.id, action } }
  try {
    if (action === 'acknowledge') await acknowledgeAlert(acting, alert.id)
    else if (action === 'silence')
      await silenceAlert(acting, alert.id, { reason: `By signed link sent to ${channel}` })
    else await judgeAlert(acting, alert.id, 'false_alarm')
  } catch (error) {
    // It ended in between: the page says so.
    if (!isAppError(error) || error.code !== 'conflict') throw error
  }
  return inspectLink(ctx, token)
}
