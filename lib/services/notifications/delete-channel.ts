/** Owns removing a channel; what waits for it is cancelled with a record. */
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'

/** Newest messages that are looked at for those that still wait. */
const MAX_WAITING = 10_000

/** @throws AppError `not_found`, `forbidden` */
export async function deleteChannel(ctx: Context, channelId: number): Promise<void> {
  requireScope(ctx.principal, 'admin')
  const channel = (await ctx.metadata.listChannels()).find(({ id }) => id === channelId)
  if (!channel) throw new AppError('not_found', 'There is no such channel.', { reason: 'unknown_channel' })
  const messages = await ctx.metadata.listNotifications({ channelId, limit: MAX_WAITING })
  await ctx.metadata.deleteChannel(channelId)
  const note = `${channel.name}: the channel was removed before the message arrived.`
  const untold = messages.flatMap(({ state, alertId }) => (state === 'waiting' && alertId ? [alertId] : []))
  await ctx.metadata.addAlertEvents(
    [...new Set(untold)].map((alertId) => ({
      alertId,
      atMs: ctx.nowMs,
      kind: 'not_notified',
      actor: 'plumbline',
      note,
    })),
  )
  const subject = `${channel.name} (${channel.host})`
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: actorName(ctx.principal),
    action: 'channel.delete',
    subject,
  })
}
