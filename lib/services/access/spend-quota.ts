/** Owns holding clients to their quotas: one call before the work of a request, one after it is known what it holds. */
import type { Context } from '@/lib/access/context'
import { KeyQuotas } from '@/lib/access/key-quota'
import { oncePer } from '@/lib/domain/once-per'

const quotasOf = oncePer((_metadata: object) => new KeyQuotas())

/** @throws AppError `limited` (`quota_exceeded`) while the client of this key has sent more than it may */
export function requireQuota(ctx: Context): void {
  if (ctx.principal.kind === 'key' && ctx.principal.quota !== undefined)
    quotasOf(ctx.metadata).admit(ctx.principal, ctx.nowMs)
}

/** @param bytes as they were sent */
export function spendQuota(ctx: Context, records: number, bytes: number): void {
  if (ctx.principal.kind === 'key' && ctx.principal.quota !== undefined)
    quotasOf(ctx.metadata).spend(ctx.principal, { records, bytes }, ctx.nowMs)
}
