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
 * Begins taking what a request holds; at once where the rules were read a moment ago.
 * @param featureNames  names for features that come as a list of values
 * @throws AppError `forbidden` (back-fill without the scope admin), `unavailable` where nothing can be stored, over a quota
 */
export function beginAppend(
  ctx: Context,
  request: AppendRequest,
  kind: BatchRules['kind'],
  featureNames?: BatchRules['featureNames'],
): Appending | Promise<Appending> {
  requireScope(ctx.principal, request.backfill ? 'admin' : 'ingest')
  requireQuota(ctx)
  const writer = writerOf(ctx)
  let hash: string | null = null
  const bodyHash = () => {
    hash ??= hashRequest(request)
    return hash
  }
  const begin = (fieldRules: BatchRules['fieldRules']): Appending => ({
    writer,
    bodyHash,
    rules: {
      kind,
      model: request.model,
      nowMs: ctx.nowMs,
      oldestMs: request.backfill ? Number.NEGATIVE_INFINITY : ctx.nowMs - ctx.retention.logDays * DAY_MS,
      maxFutureMs: ctx.limits.maxFutureMs,
      limits: ctx.limits,
      fieldRules,
      featureNames,
      idPrefix: () => `~${bodyHash()}.${ctx.nowMs.toString(36)}`,
    },
  })
  const fieldRules = rulesInForce(ctx)
  return fieldRules instanceof Promise ? fieldRules.then(begin) : begin(fieldRules)
}
