/** Owns making an API key. */
import { type ApiKey, KEY_SCOPES, type KeyQuota, type KeyScope } from '@/db/contracts/access-records'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'
import { draftKey } from '@/lib/services/access/draft-key'
import { checkQuota } from '@/lib/services/access/set-key-quota'

const MAX_NAME_LENGTH = 100
const MAX_LIVE_KEYS = 1_000

/** A key as it may be shown at any time. */
export type ShownKey = Omit<ApiKey, 'hash'>

/**
 * Makes a key. Its secret is in this answer and nowhere else.
 * @throws AppError `invalid` for a missing name or no scope, `conflict` when there are too many keys
 */
export async function createKey(
  ctx: Context,
  input: { name: string; scopes: readonly KeyScope[] } & Partial<KeyQuota>,
): Promise<{ key: ShownKey; secret: string }> {
  requireScope(ctx.principal, 'admin')
  const name = input.name.trim()
  if (name === '' || name.length > MAX_NAME_LENGTH) {
    throw new AppError('invalid', `A key needs a name of 1 to ${MAX_NAME_LENGTH} characters.`, {
      field: 'name',
    })
  }
  const scopes = KEY_SCOPES.filter((scope) => input.scopes.includes(scope))
  if (scopes.length === 0) {
    throw new AppError('invalid', `A key needs at least one scope of ${KEY_SCOPES.join(', ')}.`, {
      field: 'scopes',
    })
  }
  checkQuota(input)
  const live = (await ctx.metadata.listKeys()).filter((key) => key.revokedMs === null)
  if (live.length >= MAX_LIVE_KEYS)
    throw new AppError('conflict', `There are ${MAX_LIVE_KEYS} keys already. Revoke some first.`)
  const { secret, draft } = draftKey(ctx)
  const { hash: _hidden, ...key } = await ctx.metadata.addKey({
    ...draft,
    name,
    scopes,
    recordsPerSecond: input.recordsPerSecond ?? null,
    bytesPerSecond: input.bytesPerSecond ?? null,
  })
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: draft.createdBy,
    action: 'key.created',
    subject: `${name} (${draft.prefix}…)`,
  })
  return { key, secret }
}
