/** Owns renaming a channel and switching it on or off. */
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import { parseChannelName } from '@/lib/services/notifications/add-channel'

/** @throws AppError `invalid`, `not_found`, `conflict` for a name in use, `forbidden` */
export async function updateChannel(
  ctx: Context,
  channelId: number,
  change: { readonly name?: string; readonly enabled?: boolean },
): Promise<void> {
  requireScope(ctx.principal, 'admin')
  const channels = await ctx.metadata.listChannels()
  const channel = channels.find(({ id }) => id === channelId)
  if (!channel) throw new AppError('not_found', 'There is no such channel.', { reason: 'unknown_channel' })
  const name = change.name === undefined ? channel.name : parseChannelName(change.name)
  if (channels.some((other) => other.id !== channelId && other.name === name)) {
    throw new AppError('conflict', 'Another channel has this name.', { field: 'name' })
  }
  const enabled = change.enabled ?? channel.enabled
  await ctx.metadata.updateChannel(channelId, { name, enabled })
  const subject = `${name}: ${enabled ? 'on' : 'off'}`
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: actorName(ctx.principal),
    action: 'channel.update',
    subject,
  })
}
