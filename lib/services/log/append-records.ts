/** Owns taking prediction records: from the bytes of a request to a durable append, each bad record refused by itself. */
import type { Context } from '@/lib/access/context'
import type { RuleBook } from '@/lib/ingest/mapping/rule-book'
import type { ParsedBatch } from '@/lib/ingest/parse-batch'
import { spendQuota } from '@/lib/services/access/spend-quota'
import {
  type AppendAnswer,
  type AppendRequest,
  answerOf,
  idempotencyOf,
  parseRequest,
} from '@/lib/services/log/append-request'
import { beginAppend } from '@/lib/services/log/begin-append'
import { nameRefused, refuseFrom, refuseRead } from '@/lib/services/log/refuse-read'
import { recentRecordsOf } from '@/lib/services/models/mapping/recent-records'
import { askFeatureNames } from '@/lib/services/profiles/feature-names'
import { censusOf, type ModelCensus } from '@/lib/services/summaries/model-census'

const NO_ID =
  'No label can ever find a record without an id, and without an Idempotency-Key a retry is recognised for 15 minutes only.'

/**
 * Makes the records of one request durable; resolves after they are on the disk.
 * @throws AppError `forbidden` (back-fill without the scope admin), `invalid` or `too_large` when the body as a whole
 *   cannot be read, `invalid` (`idempotency_mismatch`), `unavailable` when nothing can be stored now
 */
export async function appendRecords(ctx: Context, request: AppendRequest): Promise<AppendAnswer> {
  const names = askFeatureNames(ctx)
  // Nothing is awaited that is there at once: that would cost a small request a hundredth of its time, each.
  const beginning = beginAppend(ctx, request, 'records', names.get)
  const { writer, bodyHash, rules } = beginning instanceof Promise ? await beginning : beginning
  const parsing = parseRequest(request, rules)
  let batch = parsing instanceof Promise ? await parsing : parsing
  // Rare: values came without names, and nobody asked for the names of that model lately.
  if (names.isAnyMissing && (await names.load(ctx))) batch = await parseRequest(request, rules)
  spendQuota(ctx, batch.total, request.wire.length)
  recentRecordsOf(ctx.metadata).remember(batch.samples, ctx.nowMs)
  noteSkew(batch)
  const census = censusOf(ctx.metadata)
  if (!batch.groups.every(({ model }) => census.isReady(model))) {
    await census.prepare(
      ctx,
      batch.groups.map(({ model }) => model),
    )
  }
  admitAll(ctx, census, batch, rules.fieldRules)
  nameRefused(batch, bodyHash, ctx.nowMs)
  if (batch.generatedIds > 0 && request.idempotencyKey === null) {
    batch.warnings.note('no_prediction_id', 'prediction_id', () => NO_ID, batch.generatedIds)
  }
  const isAllRefused = batch.groups.length === 0 && batch.labels.length === 0
  const appending = writer.append({
    receivedMs: ctx.nowMs,
    backfill: request.backfill,
    itemised: request.itemised === true,
    records: batch.groups,
    featureTexts: batch.featureTexts,
    labels: batch.labels,
    refusals: batch.refusals,
    idempotency: isAllRefused ? null : idempotencyOf(ctx, request, bodyHash, batch.generatedIds > 0),
  })
  const outcome =
    request.alongside === undefined
      ? await appending
      : (await Promise.all([appending, request.alongside()]))[0]
  return answerOf(outcome, batch)
}

/** A sender of whose records most lie ahead has a wrong clock: each refusal tells of one record, this of the feed. */
function noteSkew(batch: ParsedBatch): void {
  if (batch.refusals.length < 2) return
  const ahead = batch.refusals.filter(({ code }) => code === 'timestamp_future')
  const [first] = ahead
  const taken = batch.groups.reduce((sum, { records }) => sum + records.length, 0)
  const total = taken + batch.refusals.length
  if (first === undefined || ahead.length < 2 || ahead.length * 2 < total) return
  const say = () =>
    `${ahead.length} of ${total} records lie ahead of this server's clock; the sender's clock seems to be wrong. ${first.message}`
  batch.warnings.note('clock_skew', first.field ?? 'timestamp', say, ahead.length)
}

/** Turns records over a limit that spans requests into refusals. */
function admitAll(ctx: Context, census: ModelCensus, batch: ParsedBatch, rules: RuleBook | undefined): void {
  const refusedIds = new Set<string>()
  for (const group of batch.groups) {
    refuseFrom(
      batch,
      group,
      (record) => census.admit(ctx, group.model, group.version, record, batch.warnings),
      (record, index, fault) => {
        refusedIds.add(`${group.model}\n${record.id}`)
        return refuseRead(group, record, index, fault, rules?.of(group.model)?.revision)
      },
    )
  }
  if (refusedIds.size === 0) return
  const filled = batch.groups.filter((group) => group.records.length > 0)
  batch.groups.length = 0
  batch.groups.push(...filled)
  dropLabels(batch, refusedIds)
}

/** A label that came inside a refused record is refused with it. */
function dropLabels(batch: ParsedBatch, refusedIds: ReadonlySet<string>): void {
  const groups = batch.labels.map(({ model, labels }) => ({
    model,
    labels: labels.filter((label) => !refusedIds.has(`${model}\n${label.id}`)),
  }))
  batch.labels.length = 0
  batch.labels.push(...groups.filter((group) => group.labels.length > 0))
}
