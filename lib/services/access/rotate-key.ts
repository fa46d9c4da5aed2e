/** Owns giving a client a new key while its old one still works: at most two live keys a client. */
import type { Context } from '@/lib/access/context'
import { clientOf, isLive } from '@/lib/access/key-life'
import { requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import { HOUR_MS } from '@/lib/domain/time'
import type { ShownKey } from '@/lib/services/access/create-key'
import { draftKey } from '@/lib/services/access/draft-key'

/** The longest that an old key may live on by itself. */
export const MAX_GRACE_HOURS = 90 * 24

/**
 * Makes the successor of a key: the same name, scopes and quotas, another secret.
 * @param graceHours how long the old key works on; null until somebody revokes it
 * @throws AppError `not_found`; `conflict` when the key no longer works, or its client has two live keys already
 */
export async function rotateKey(
  ctx: Context,
  keyId: number,
  graceHours: number | null,
): Promise<{ key: ShownKey; secret: string }> {
  requireScope(ctx.principal, 'admin')
  const keys = await ctx.metadata.listKeys()
  const old = keys.find(({ id }) => id === keyId)
  if (!old) throw new AppError('not_found', 'There is no such key.')
  if (!isLive(old, ctx.nowMs)) throw new AppError('conflict', 'This key no longer works: make a new one.')
  const live = keys.filter((key) => clientOf(key) === clientOf(old) && isLive(key, ctx.nowMs))
  if (live.length > 1) {
    throw new AppError('conflict', 'This client has two live keys already. Revoke the older one first.', {
      reason: 'two_live_keys',
    })
  }
  const { secret, draft } = draftKey(ctx)
  const { hash: _hidden, ...key } = await ctx.metadata.addSuccessor(
    old.id,
    {
      ...draft,
      name: old.name,
      scopes: old.scopes,
      clientId: clientOf(old),
      recordsPerSecond: old.recordsPerSecond,
      bytesPerSecond: old.bytesPerSecond,
    },
    graceHours === null ? null : ctx.nowMs + graceHours * HOUR_MS,
  )
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: draft.createdBy,
    action: 'key.rotated',
    subject: `${old.name} (${old.prefix}… to ${draft.prefix}…)`,
  })
  return { key, secret }
}
