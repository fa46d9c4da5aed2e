/** Owns revoking an API key. */
import type { Context } from '@/lib/access/context'
import { actorName, requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'

/**
 * Revokes a key; it stops working within a second. Revoking it again changes nothing.
 * @throws AppError `not_found`
 */
export async function revokeKey(ctx: Context, keyId: number): Promise<void> {
  requireScope(ctx.principal, 'admin')
  const key = (await ctx.metadata.listKeys()).find((candidate) => candidate.id === keyId)
  if (!key) throw new AppError('not_found', 'There is no such key.')
  if (key.revokedMs !== null) return
  await ctx.metadata.revokeKey(keyId, ctx.nowMs)
  const actor = actorName(ctx.principal)
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor,
    action: 'key.revoked',
    subject: `${key.name} (${key.prefix}…)`,
  })
}
