/** Owns the question: which API keys are there? */
import type { KeyScope } from '@/db/contracts/access-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'

export interface KeyItem {
  readonly id: number
  readonly name: string
  readonly scopes: readonly KeyScope[]
  readonly prefix: string
  readonly createdMs: number
  readonly createdBy: string
  readonly lastUsedMs: number | null
  readonly revokedMs: number | null
}

/** Live keys first, newest first; never their hashes. Only for administrators. */
export async function listKeyItems(ctx: Context): Promise<KeyItem[]> {
  requireScope(ctx.principal, 'admin')
  const keys = await ctx.metadata.listKeys()
  return keys
    .map(({ hash: _hash, ...item }) => item)
    .sort((a, b) => Number(a.revokedMs !== null) - Number(b.revokedMs !== null) || b.createdMs - a.createdMs)
}
