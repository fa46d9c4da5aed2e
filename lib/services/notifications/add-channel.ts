/** Owns adding a webhook channel. The address and the secret are shown once, here, and never again. */
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { checkDestination, parseAddressPolicy } from '@/lib/channels/address-policy'
import { isSigningSecret, newSigningSecret } from '@/lib/channels/sign'
import type { Channel } from '@/lib/domain/channel'
import { AppError } from '@/lib/domain/errors'
import { seal } from '@/lib/services/notifications/channel-secrets'

const MAX_CHANNELS = 50

/** A channel's name for people: 1–100 characters, no control characters. */
export function parseChannelName(text: string): string {
  const name = text.trim()
  if (name === '' || name.length > 100 || /\p{Cc}/u.test(name)) {
    throw new AppError('invalid', 'A channel needs a name of 1 to 100 characters.', { field: 'name' })
  }
  return name
}

/**
 * Adds a webhook channel.
 * @param wish.secret `whsec_…`; made when absent
 * @returns the channel and its signing secret
 * @throws AppError `invalid` (with the reason from the address policy), `conflict` for a name in use, `forbidden`
 */
export async function addChannel(
  ctx: Context,
  wish: { readonly name: string; readonly url: string; readonly secret?: string },
): Promise<{ channel: Channel; secret: string }> {
  requireScope(ctx.principal, 'admin')
  const name = parseChannelName(wish.name)
  const url = checkDestination(wish.url.trim(), parseAddressPolicy(ctx.outboundAllow ?? []))
  const secret = wish.secret?.trim() || newSigningSecret()
  if (!isSigningSecret(secret)) {
    throw new AppError('invalid', 'The secret must be whsec_ and base64 of 24 to 64 bytes.', {
      field: 'secret',
    })
  }
  const channels = await ctx.metadata.listChannels()
  if (channels.length >= MAX_CHANNELS) throw new AppError('limited', `There can be ${MAX_CHANNELS} channels.`)
  if (channels.some((channel) => channel.name === name)) {
    throw new AppError('conflict', 'Another channel has this name.', { field: 'name' })
  }
  const channel = await ctx.metadata.addChannel({
    name,
    kind: 'webhook',
    enabled: true,
    createdMs: ctx.nowMs,
    host: url.host,
    url: seal(ctx, url.href),
    secret: seal(ctx, secret),
  })
  const actor = actorName(ctx.principal)
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor,
    action: 'channel.add',
    subject: `${name} (${url.host})`,
  })
  return { channel, secret }
}
