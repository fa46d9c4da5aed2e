/** Owns acting by a link from a message, without a session: what one would do, and doing it. */
import { setImmediate } from 'node:timers/promises'
import type { Context } from '@/lib/access/context'
import { isSignedLink, type LinkAction, type LinkSubject, readLink } from '@/lib/access/signed-link'
import { isAppError } from '@/lib/domain/errors'
import { acknowledgeAlert } from '@/lib/services/alerts/acknowledge-alert'
import { judgeAlert } from '@/lib/services/alerts/judge-alert'
import { findLinked, type LinkedAlert, type LinkState } from '@/lib/services/alerts/linked-alerts'
import { silenceAlert } from '@/lib/services/alerts/silence-alert'
import { acknowledgeSelfAlert } from '@/lib/services/notifications/acknowledge-self-alert'
import { silenceSelfAlert } from '@/lib/services/notifications/silence-self-alert'

/** What a link leads to. */
export type FollowedLink =
  /** No link of ours, one that was changed, or one whose channel is gone or off. */
  | { readonly state: 'malformed' | 'forged' | 'channel_gone' }
  | { readonly state: 'expired'; readonly path: string }
  | {
      /** Of a group: `ready` when one of its alerts is, `done` when what is left of it is. */
      readonly state: LinkState
      readonly action: LinkAction
      readonly about: LinkSubject
      /** One, but of a group all that the message told of; worst first. */
      readonly alerts: readonly LinkedAlert[]
      readonly channel: string
      readonly expiresMs: number
      /** The page that shows them, for people who sign in. */
      readonly path: string
    }

/** What a link would do. Changes nothing: mail scanners and previews follow links, too. */
export async function inspectLink(ctx: Context, token: string): Promise<FollowedLink> {
  const claim = readLink(token)
  if (claim === null) return { state: 'malformed' }
  const linked = await findLinked(ctx, claim)
  if (!ctx.secretKey || !linked || !isSignedLink(ctx.secretKey, token, linked.subject))
    return { state: 'forged' }
  const { path } = linked
  if (ctx.nowMs >= claim.expiresMs) return { state: 'expired', path }
  const channels = await ctx.metadata.listChannels()
  const channel = channels.find(({ id, enabled }) => id === claim.channelId && enabled)
  if (!channel || channel.settings.links === false || !linked.isOfChannel) return { state: 'channel_gone' }
  const { action, about, expiresMs } = claim
  const alerts = await linked.read()
  return { state: stateOf(alerts), action, about, alerts, channel: channel.name, expiresMs, path }
}

function stateOf(alerts: readonly LinkedAlert[]): LinkState {
  const states = new Set(alerts.map(({ state }) => state))
  return states.has('ready') ? 'ready' : states.has('done') ? 'done' : 'over'
}

/**
 * Does what a link says, to each alert where it is still to be done. Stopped half-way, the link does the rest when it is
 * followed again.
 * @returns what it leads to afterwards
 */
export async function followLink(ctx: Context, token: string): Promise<FollowedLink> {
  const link = await inspectLink(ctx, token)
  if (link.state !== 'ready') return link
  for (const one of link.alerts) {
    if (one.state !== 'ready') continue
    try {
      await act(ctx, link, one)
    } catch (error) {
      // It ended in between: the page says so.
      if (!isAppError(error) || error.code !== 'conflict') throw error
    }
    // Each is committed by itself: whoever sends records is served in between.
    await setImmediate()
  }
  return inspectLink(ctx, token)
}

async function act(
  ctx: Context,
  {
    action,
    about,
    channel,
  }: Pick<Extract<FollowedLink, { action: LinkAction }>, 'action' | 'about' | 'channel'>,
  { about: kind, alert: { id } }: LinkedAlert,
): Promise<void> {
  const ofGroup = about === 'group'
  const acting: Context = {
    ...ctx,
    principal: { kind: 'link', channel, about: kind, alertId: id, action, ofGroup },
  }
  const wish = { reason: `By signed link ${ofGroup ? 'for a group ' : ''}sent to ${channel}` }
  if (action === 'acknowledge')
    await (kind === 'self' ? acknowledgeSelfAlert(acting, id) : acknowledgeAlert(acting, id))
  else if (action === 'silence')
    await (kind === 'self' ? silenceSelfAlert(acting, id, wish) : silenceAlert(acting, id, wish))
  else await judgeAlert(acting, id, 'false_alarm')
}
