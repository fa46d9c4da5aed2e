/** Owns taking labels: ground truth by prediction_id, accepted before its prediction, and correctable. */
import type { Context } from '@/lib/access/context'
import { hasScope, requireScope } from '@/lib/access/principal'
import { DAY_MS } from '@/lib/domain/time'
import { requireQuota, spendQuota } from '@/lib/services/access/spend-quota'
import {
  type AppendAnswer,
  type AppendRequest,
  answerOf,
  hashRequest,
  idempotencyOf,
  parseRequest,
  writerOf,
} from '@/lib/services/log/append-request'
import { rulesInForce } from '@/lib/services/models/mapping/field-rules'

/**
 * Makes the labels of one request durable; `accepted` counts them.
 * @throws AppError as appendRecords does
 */
export async function appendLabels(ctx: Context, request: AppendRequest): Promise<AppendAnswer> {
  requireScope(ctx.principal, 'ingest')
  requireQuota(ctx)
  const writer = writerOf(ctx)
  const hash = request.idempotencyKey === null ? '' : hashRequest(request)
  const batch = await parseRequest(request, {
    kind: 'labels',
    model: request.model,
    nowMs: ctx.nowMs,
    oldestMs: oldestPredictionMs(ctx, request),
    maxFutureMs: ctx.limits.maxFutureMs,
    limits: ctx.limits,
    fieldRules: await rulesInForce(ctx),
    // Labels always have an id of their own.
    idPrefix: () => '',
  })
  spendQuota(ctx, batch.total, request.wire.length)
  const outcome = await writer.append({
    receivedMs: ctx.nowMs,
    backfill: false,
    records: [],
    labels: batch.labels,
    refusals: batch.refusals,
    // A label sent twice is the same label: only a client's own key is worth remembering.
    idempotency: batch.labels.length === 0 ? null : idempotencyOf(ctx, request, () => hash, false),
  })
  const answer = answerOf(outcome, batch)
  return { ...answer, accepted: answer.labels }
}

/** Labels of predictions before this come too late. Only who may send old records may send their labels. */
function oldestPredictionMs(ctx: Context, request: AppendRequest): number {
  if (request.backfill && hasScope(ctx.principal, 'admin')) return Number.NEGATIVE_INFINITY
  return ctx.nowMs - ctx.retention.labelDays * DAY_MS
}
