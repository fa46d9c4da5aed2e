/** Owns which links that act without a session a message carries, on which channels. Knows nothing of following them. */
import type { Context } from '@/lib/access/context'
import { type LinkAction, type LinkSubject, signLink } from '@/lib/access/signed-link'
import type { Alert, Notification } from '@/lib/domain/alert'
import type { Channel, ChannelKind } from '@/lib/domain/channel'
import type { MessageAct } from '@/lib/domain/message'
import type { SelfAlert } from '@/lib/domain/self-alert'
import { HOUR_MS } from '@/lib/domain/time'

/** How long a link works: a night and a morning. */
export const LINK_LASTS_MS = 24 * HOUR_MS

/** Where a link can be followed by a person. The others have their own ways to acknowledge, or are read by machines alone. */
const CARRIES_LINKS: ReadonlySet<ChannelKind> = new Set(['webhook', 'slack', 'teams', 'email'])

type Carrier = Pick<Channel, 'id' | 'kind' | 'settings'>

/**
 * The acts that a message about this alert carries on this channel: none where the instance does not know the address
 * people reach it at, where it has no key, and where the channel was told to carry none.
 */
export function actsFor(ctx: Context, alert: Alert, channel: Carrier): MessageAct[] {
  const isOpen = alert.state !== 'resolved'
  const wanted: readonly (LinkAction | null)[] = [
    isOpen && alert.acknowledgedBy === null ? 'acknowledge' : null,
    isOpen ? 'silence' : null,
    alert.judgement === null ? 'false_alarm' : null,
  ]
  return linksOf(ctx, channel, wanted, { about: 'alert', id: alert.id, subject: alert.dedupKey })
}

/** The same for an alert of Plumbline about itself, which nobody marks. */
export function actsForSelf(ctx: Context, alert: SelfAlert, channel: Carrier): MessageAct[] {
  const isOpen = alert.resolvedMs === null
  const wanted: readonly (LinkAction | null)[] = [
    isOpen && alert.acknowledgedBy === null ? 'acknowledge' : null,
    isOpen ? 'silence' : null,
  ]
  return linksOf(ctx, channel, wanted, { about: 'self', id: alert.id, subject: alert.dedupKey })
}

/**
 * The same for all that one message tells of: each act is there when it would change one of them at least.
 * @param told what the message tells of as not over
 */
export function actsForGroup(
  ctx: Context,
  group: Pick<Notification, 'id' | 'key'>,
  told: readonly Pick<Alert | SelfAlert, 'resolvedMs' | 'acknowledgedBy'>[],
  channel: Carrier,
): MessageAct[] {
  const open = told.filter(({ resolvedMs }) => resolvedMs === null)
  const wanted: readonly (LinkAction | null)[] = [
    open.some(({ acknowledgedBy }) => acknowledgedBy === null) ? 'acknowledge' : null,
    open.length > 0 ? 'silence' : null,
  ]
  return linksOf(ctx, channel, wanted, { about: 'group', id: group.id, subject: group.key })
}

function linksOf(
  { secretKey, publicUrl, nowMs, hasPublicUrl }: Context,
  channel: Carrier,
  wanted: readonly (LinkAction | null)[],
  { about, id, subject }: { about: LinkSubject; id: number; subject: string },
): MessageAct[] {
  if (!hasPublicUrl || !secretKey || !CARRIES_LINKS.has(channel.kind)) return []
  if (channel.settings.links === false) return []
  const expiresMs = Math.floor((nowMs + LINK_LASTS_MS) / 1_000) * 1_000
  return wanted.flatMap((action) => {
    if (action === null) return []
    const claim = { action, about, id, channelId: channel.id, expiresMs }
    return [{ action, url: `${publicUrl}/act/${signLink(secretKey, claim, subject)}`, expiresMs }]
  })
}
