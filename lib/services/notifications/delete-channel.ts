/** Owns removing a channel; what waits for it is cancelled with a record. */
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'

/** @throws AppError `not_found`, `forbidden` */
export async function deleteChannel(ctx: Context, channelId: number): Promise<void> {
  requireScope(ctx.principal, 'admin')
  const channel = (await ctx.metadata.listChannels()).find(({ id }) => id === channelId)
  if (!channel) throw new AppError('not_found', 'There is no such channel.', { reason: 'unknown_channel' })
  await ctx.metadata.deleteChannel(channelId)
  const subject = `${channel.name} (${channel.host})`
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: actorName(ctx.principal),
    action: 'channel.delete',
    subject,
  })
}
