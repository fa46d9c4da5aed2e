/** Owns adding a channel. Addresses and secrets are kept sealed; a signing secret is shown once, here, and never again. */
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { parseAddressPolicy } from '@/lib/channels/address-policy'
import { parseDestination } from '@/lib/channels/parse-destination'
import type { Channel, ChannelKind, ChannelSettings } from '@/lib/domain/channel'
import { AppError } from '@/lib/domain/errors'
import { seal } from '@/lib/services/notifications/channel-secrets'

const MAX_CHANNELS = 50

/** Kinds that sign what they send: the receiver needs the secret too. */
const SIGNED: ReadonlySet<ChannelKind> = new Set(['webhook', 'alertmanager_webhook'])

/** What somebody filled in. */
export interface ChannelWish {
  readonly name: string
  readonly kind?: ChannelKind
  readonly url?: string
  /** Signing secret (made when absent), routing key, password or token: whatever the kind needs. */
  readonly secret?: string
  readonly settings?: ChannelSettings
}

/** A channel's name for people: 1–100 characters, no control characters. */
export function parseChannelName(text: string): string {
  const name = text.trim()
  if (name === '' || name.length > 100 || /\p{Cc}/u.test(name)) {
    throw new AppError('invalid', 'A channel needs a name of 1 to 100 characters.', { field: 'name' })
  }
  return name
}

/**
 * Adds a channel.
 * @returns the channel, and its signing secret where it has one
 * @throws AppError `invalid` (with the reason from the address policy), `conflict` for a name in use, `forbidden`
 */
export async function addChannel(
  ctx: Context,
  wish: ChannelWish,
): Promise<{ channel: Channel; secret: string | null }> {
  requireScope(ctx.principal, 'admin')
  const name = parseChannelName(wish.name)
  const kind = wish.kind ?? 'webhook'
  const parsed = parseDestination({ ...wish, kind }, parseAddressPolicy(ctx.outboundAllow ?? []))
  const channels = await ctx.metadata.listChannels()
  if (channels.length >= MAX_CHANNELS) throw new AppError('limited', `There can be ${MAX_CHANNELS} channels.`)
  if (channels.some((channel) => channel.name === name)) {
    throw new AppError('conflict', 'Another channel has this name.', { field: 'name' })
  }
  const channel = await ctx.metadata.addChannel({
    name,
    kind,
    enabled: true,
    createdMs: ctx.nowMs,
    host: parsed.host,
    url: seal(ctx, parsed.url),
    secret: seal(ctx, parsed.secret),
    settings: parsed.settings,
  })
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: actorName(ctx.principal),
    action: 'channel.add',
    subject: `${name}: ${kind} (${parsed.host})`,
  })
  return { channel, secret: SIGNED.has(kind) ? parsed.secret : null }
}
