/**
 * Owns taking what is sent beside predictions: events by prediction_id, and samples of what the service uses. They are
 * kept in the log as records under a name that no model can have, and counted once as records are.
 */
import type { AppendOutcome, RecordGroup } from '@/db/contracts/log-store'
import type { Context } from '@/lib/access/context'
import { readEventId } from '@/lib/domain/model-event'
import { type SideKind, sideName } from '@/lib/domain/side-log'
import type { Fault } from '@/lib/ingest/fault'
import type { RuleBook } from '@/lib/ingest/mapping/rule-book'
import type { ParsedBatch, ParsedGroup } from '@/lib/ingest/parse-batch'
import { spendQuota } from '@/lib/services/access/spend-quota'
import {
  type AppendAnswer,
  type AppendRequest,
  answerOf,
  idempotencyOf,
  parseRequest,
} from '@/lib/services/log/append-request'
import { beginAppend } from '@/lib/services/log/begin-append'
import { admitEventNames } from '@/lib/services/log/event-names'
import { nameRefused, refuseFrom, refuseSide } from '@/lib/services/log/refuse-read'
import { censusOf } from '@/lib/services/summaries/model-census'

/**
 * Makes the events of one request durable. One of a name counts once for a prediction: the first report stays.
 * @throws AppError as appendRecords does
 */
export async function appendModelEvents(ctx: Context, request: AppendRequest): Promise<AppendAnswer> {
  return appendSide(ctx, request, 'events')
}

/**
 * Makes samples of what services use durable.
 * @throws AppError as appendRecords does
 */
export async function appendResources(ctx: Context, request: AppendRequest): Promise<AppendAnswer> {
  return appendSide(ctx, request, 'resources')
}

async function appendSide(ctx: Context, request: AppendRequest, kind: SideKind): Promise<AppendAnswer> {
  const { writer, bodyHash, rules } = await beginAppend(ctx, request, kind)
  const batch = await parseRequest(request, rules)
  spendQuota(ctx, batch.total, request.wire.length)
  await admitNames(ctx, batch, kind, rules.fieldRules)
  if (kind === 'events') await admitEvents(ctx, batch, rules.fieldRules)
  nameRefused(batch, bodyHash, ctx.nowMs)
  const records = batch.groups
    .filter((group) => group.records.length > 0)
    .map((group): RecordGroup => ({ ...group, model: sideName(kind, group.model) }))
  const outcome = await writer.append({
    receivedMs: ctx.nowMs,
    backfill: request.backfill,
    itemised: request.itemised === true,
    records,
    labels: [],
    refusals: batch.refusals,
    idempotency: records.length === 0 ? null : idempotencyOf(ctx, request, bodyHash, batch.generatedIds > 0),
  })
  return answerOf(countedOnce(outcome), batch)
}

/** What is sent again with another time or value is the same event, or the same sample, and no conflict. */
function countedOnce(outcome: AppendOutcome): AppendOutcome {
  if (outcome.kind === 'idempotency_mismatch' || outcome.conflicts === 0) return outcome
  const { duplicates, conflicts } = outcome
  const counted = { ...outcome, duplicates: duplicates + conflicts, conflicts: 0 }
  if (counted.kind === 'replayed') return counted
  const { duplicateIndexes, conflictIndexes } = counted
  return { ...counted, duplicateIndexes: [...duplicateIndexes, ...conflictIndexes], conflictIndexes: [] }
}

/** Limits of models and versions hold here as well. */
async function admitNames(
  ctx: Context,
  batch: ParsedBatch,
  kind: SideKind,
  rules: RuleBook | undefined,
): Promise<void> {
  const census = censusOf(ctx.metadata)
  await census.prepare(
    ctx,
    batch.groups.map(({ model }) => model),
  )
  for (const group of batch.groups) {
    // Events follow the version of their prediction.
    const fault = census.admitName(ctx, group.model, kind === 'events' ? null : group.version)
    if (fault !== null) refuse(batch, group, kind, rules, () => fault)
  }
}

async function admitEvents(ctx: Context, batch: ParsedBatch, rules: RuleBook | undefined): Promise<void> {
  for (const group of batch.groups) {
    const names = new Set(group.records.map(({ id }) => readEventId(id).event))
    const faults = await admitEventNames(ctx, group.model, names)
    if (faults.size > 0)
      refuse(batch, group, 'events', rules, (id) => faults.get(readEventId(id).event) ?? null)
  }
}

/** Turns records of a group into refusals. @param why the fault of the record of this id, or null */
function refuse(
  batch: ParsedBatch,
  group: ParsedGroup,
  kind: SideKind,
  rules: RuleBook | undefined,
  why: (id: string) => Fault | null,
): void {
  const revision = rules?.of(group.model)?.revision
  refuseFrom(
    batch,
    group,
    ({ id }) => why(id),
    (record, index, fault) => refuseSide(kind, group, record, index, fault, revision),
  )
}
