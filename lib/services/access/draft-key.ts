/** Owns what every new key begins with: a secret, of which only the hash is stored, and a life in which nothing happened yet. */
import type { NewApiKey } from '@/db/contracts/access-records'
import type { Context } from '@/lib/access/context'
import { actorName } from '@/lib/access/principal'
import { hashSecret, newApiKey } from '@/lib/access/secrets'

type Beginning = 'prefix' | 'hash' | 'createdMs' | 'createdBy' | 'lastUsedMs' | 'revokedMs'

/** @returns the secret, to be told once, and what is stored of the key beside its name, scopes and quotas */
export function draftKey(ctx: Context): {
  readonly secret: string
  readonly draft: Pick<NewApiKey, Beginning>
} {
  const { secret, prefix } = newApiKey()
  return {
    secret,
    draft: {
      prefix,
      hash: hashSecret(secret),
      createdMs: ctx.nowMs,
      createdBy: actorName(ctx.principal),
      lastUsedMs: null,
      revokedMs: null,
    },
  }
}
