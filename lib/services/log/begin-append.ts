/** Owns what comes before records of any kind are read: whether the sender may, who writes, and the rules they are read by. */
import type { LogWriter } from '@/db/contracts/log-store'
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { DAY_MS } from '@/lib/domain/time'
import type { BatchRules } from '@/lib/ingest/parse-batch'
import { requireQuota } from '@/lib/services/access/spend-quota'
import { type AppendRequest, hashRequest, writerOf } from '@/lib/services/log/append-request'
import { rulesInForce } from '@/lib/services/models/mapping/field-rules'

export interface Appending {
  readonly writer: LogWriter
  /** Of the request; computed when first asked for. */
  readonly bodyHash: () => string
  readonly rules: BatchRules
}

/**
 * Begins taking what a request holds.
 * @throws AppError `forbidden` (back-fill without the scope admin), `unavailable` where nothing can be stored, over a quota
 */
export async function beginAppend(
  ctx: Context,
  request: AppendRequest,
  kind: BatchRules['kind'],
): Promise<Appending> {
  requireScope(ctx.principal, request.backfill ? 'admin' : 'ingest')
  requireQuota(ctx)
  const writer = writerOf(ctx)
  let hash: string | null = null
  const bodyHash = () => {
    hash ??= hashRequest(request)
    return hash
  }
  const rules: BatchRules = {
    kind,
    model: request.model,
    nowMs: ctx.nowMs,
    oldestMs: request.backfill ? Number.NEGATIVE_INFINITY : ctx.nowMs - ctx.retention.logDays * DAY_MS,
    maxFutureMs: ctx.limits.maxFutureMs,
    limits: ctx.limits,
    fieldRules: await rulesInForce(ctx),
    idPrefix: () => `~${bodyHash()}.${ctx.nowMs.toString(36)}`,
  }
  return { writer, bodyHash, rules }
}
