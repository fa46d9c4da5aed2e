/** Owns the question: which API keys are there? */
import type { ApiKey } from '@/db/contracts/access-records'
import type { Context } from '@/lib/access/context'
import { isLive } from '@/lib/access/key-life'
import { requireScope } from '@/lib/access/principal'

export type KeyItem = Omit<ApiKey, 'hash'>

/** Live keys first, newest first; never their hashes. Only for administrators. */
export async function listKeyItems(ctx: Context): Promise<KeyItem[]> {
  requireScope(ctx.principal, 'admin')
  const keys = await ctx.metadata.listKeys()
  return keys
    .map(({ hash: _hash, ...item }) => item)
    .sort(
      (a, b) => Number(!isLive(a, ctx.nowMs)) - Number(!isLive(b, ctx.nowMs)) || b.createdMs - a.createdMs,
    )
}
