/** Owns changing a channel: its name, whether it is on, where it leads, its secret. */
import type { ChannelChange, ChannelWithSecret } from '@/db/contracts/notification-records'
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { parseAddressPolicy } from '@/lib/channels/address-policy'
import { parseDestination, SENDS_ITS_SECRET } from '@/lib/channels/parse-destination'
import type { ChannelSettings } from '@/lib/domain/channel'
import { AppError } from '@/lib/domain/errors'
import { parseChannelName } from '@/lib/services/notifications/add-channel'
import { openChannel, seal } from '@/lib/services/notifications/channel-secrets'
import { queueMissedEnds } from '@/lib/services/notifications/queue-notifications'

/** What is absent stays. */
export interface ChannelUpdate {
  readonly name?: string
  readonly enabled?: boolean
  readonly url?: string
  readonly secret?: string
  readonly settings?: ChannelSettings
}

/**
 * @throws AppError `invalid` (reason `secret_needed` when a channel that sends its secret gets another host without it),
 *   `not_found`, `conflict` for a name in use, `forbidden`
 */
export async function updateChannel(ctx: Context, channelId: number, change: ChannelUpdate): Promise<void> {
  requireScope(ctx.principal, 'admin')
  const stored = await ctx.metadata.findChannelWithSecret(channelId)
  if (!stored) throw new AppError('not_found', 'There is no such channel.', { reason: 'unknown_channel' })
  const name = change.name === undefined ? stored.name : parseChannelName(change.name)
  const channels = await ctx.metadata.listChannels()
  if (channels.some((other) => other.id !== channelId && other.name === name)) {
    throw new AppError('conflict', 'Another channel has this name.', { field: 'name' })
  }
  const enabled = change.enabled ?? stored.enabled
  const leads = change.url ?? change.secret ?? change.settings
  const destination = leads === undefined ? {} : newDestination(ctx, stored, change)
  await ctx.metadata.updateChannel(channelId, { name, enabled, ...destination })
  // What it was told of may be over: an incident would stay open there for ever.
  if (enabled && !stored.enabled) await queueMissedEnds(ctx, channelId)
  const where = destination.host === undefined ? '' : `, leads to ${destination.host}`
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: actorName(ctx.principal),
    action: 'channel.update',
    subject: `${name}: ${enabled ? 'on' : 'off'}${where}`,
  })
}

function newDestination(ctx: Context, stored: ChannelWithSecret, change: ChannelUpdate): ChannelChange {
  const { kind, url, secret, settings } = openChannel(ctx, stored)
  const wish = {
    kind,
    url: change.url || url,
    secret: change.secret || secret,
    settings: { ...settings, ...change.settings },
  }
  const parsed = parseDestination(wish, parseAddressPolicy(ctx.outboundAllow ?? []))
  // Else whoever may edit a channel could have its password sent to a host of their own.
  if (SENDS_ITS_SECRET.has(kind) && parsed.host !== stored.host && secret !== '' && !change.secret) {
    throw new AppError('invalid', 'The channel leads to another host now: give its secret again.', {
      reason: 'secret_needed',
      field: 'secret',
    })
  }
  return { ...parsed, url: seal(ctx, parsed.url), secret: seal(ctx, parsed.secret) }
}
