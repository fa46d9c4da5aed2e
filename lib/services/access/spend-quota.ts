/** Owns holding clients to their quotas: one call before the work of a request, one after it is known what it holds. */
import type { Context } from '@/lib/access/context'
import { KeyQuotas } from '@/lib/access/key-quota'

const quotas = new WeakMap<object, KeyQuotas>()

function quotasOf({ metadata }: Context): KeyQuotas {
  let known = quotas.get(metadata)
  if (known === undefined) {
    known = new KeyQuotas()
    quotas.set(metadata, known)
  }
  return known
}

/** @throws AppError `limited` (`quota_exceeded`) while the client of this key has sent more than it may */
export function requireQuota(ctx: Context): void {
  if (ctx.principal.kind === 'key' && ctx.principal.quota !== undefined)
    quotasOf(ctx).admit(ctx.principal, ctx.nowMs)
}

/** @param bytes as they were sent */
export function spendQuota(ctx: Context, records: number, bytes: number): void {
  if (ctx.principal.kind === 'key' && ctx.principal.quota !== undefined)
    quotasOf(ctx).spend(ctx.principal, { records, bytes }, ctx.nowMs)
}
