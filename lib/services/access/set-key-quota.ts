/** Owns how much a client may send: its quotas, the same for all its keys. */

import type { KeyQuota } from '@/db/contracts/access-records'
import type { Context } from '@/lib/access/context'
import { clientOf } from '@/lib/access/key-life'
import { actorName, requireScope } from '@/lib/access/principal'
import { AppError } from '@/lib/domain/errors'

const LARGEST = 1e12

/** @throws AppError `invalid` for a quota that is no positive number */
export function checkQuota(quota: Partial<KeyQuota>): void {
  for (const field of ['recordsPerSecond', 'bytesPerSecond'] as const) {
    const value = quota[field]
    if (value === null || value === undefined || (value > 0 && value <= LARGEST)) continue
    throw new AppError('invalid', 'A quota is a number above 0, or none.', { field })
  }
}

/**
 * Changes the quotas of the client of a key; what is not named stays, null means no limit. It holds within a second.
 * @throws AppError `not_found`, `invalid`
 */
export async function setKeyQuota(ctx: Context, keyId: number, quota: Partial<KeyQuota>): Promise<void> {
  requireScope(ctx.principal, 'admin')
  checkQuota(quota)
  const keys = await ctx.metadata.listKeys()
  const key = keys.find(({ id }) => id === keyId)
  if (!key) throw new AppError('not_found', 'There is no such key.')
  const ofClient = keys.filter((other) => clientOf(other) === clientOf(key))
  await ctx.metadata.updateKeys(
    ofClient.map(({ id }) => id),
    quota,
  )
  const inWords = (value: number | null | undefined, unit: string) =>
    value === undefined ? [] : [`${value === null ? 'any' : value} ${unit}/s`]
  await ctx.metadata.addAudit({
    atMs: ctx.nowMs,
    actor: actorName(ctx.principal),
    action: 'key.quota',
    subject: `${key.name} (${key.prefix}…): ${[...inWords(quota.recordsPerSecond, 'records'), ...inWords(quota.bytesPerSecond, 'bytes')].join(', ')}`,
  })
}
