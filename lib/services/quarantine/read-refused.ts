/** Owns reading one refused record under the rules of today: what would be stored of it, or why it still cannot be. */
import type { QuarantinedRecord } from '@/db/contracts/log-store'
import type { Context } from '@/lib/access/context'
import type { RefusedKind } from '@/lib/domain/record'
import { DAY_MS } from '@/lib/domain/time'
import { type JsonObject, parseObject } from '@/lib/ingest/json-value'
import type { CompiledRules } from '@/lib/ingest/mapping/compile-rules'
import type { RuleBook } from '@/lib/ingest/mapping/rule-book'
import { isFault, type TriedRecord, tryRecord } from '@/lib/ingest/mapping/try-record'
import { whyNever } from '@/lib/ingest/why-never'
import { compileFor, rulesInForce } from '@/lib/services/models/mapping/field-rules'
import { askFeatureNames } from '@/lib/services/profiles/feature-names'

export interface ReadRefused {
  readonly row: QuarantinedRecord
  readonly kind: RefusedKind
  readonly read: TriedRecord
}

const UNREADABLE = 'The text of the record is not JSON.'

/**
 * Reads a refused record as if it came now, at the time at which it came: that is its time where it has none.
 * @returns the sentence that says why it stays refused, where it does
 */
export async function readRefused(ctx: Context, row: QuarantinedRecord): Promise<ReadRefused | string> {
  const never = whyNever(row.origin)
  const { origin } = row
  if (never !== null || origin === null) return never ?? UNREADABLE
  const raw = parseObject(row.raw)
  if (raw === undefined) return UNREADABLE
  const names = askFeatureNames(ctx)
  const fieldRules = await rulesFor(ctx, row)
  const read = () =>
    tryRecord(
      origin.kind,
      raw,
      origin.around === null ? null : (origin.around as JsonObject),
      {
        model: origin.model,
        nowMs: row.receivedMs,
        oldestMs:
          origin.kind === 'labels' ? Number.NEGATIVE_INFINITY : ctx.nowMs - ctx.retention.logDays * DAY_MS,
        // What lay ahead then may lie behind by now.
        maxFutureMs: ctx.limits.maxFutureMs + Math.max(0, ctx.nowMs - row.receivedMs),
        limits: ctx.limits,
        fieldRules,
        featureNames: names.get,
      },
      () => origin.id ?? `~refused.${row.day}.${row.seq}`,
    )
  const first = read()
  const tried = (await names.load(ctx)) ? read() : first
  return isFault(tried) ? tried.message : { row, kind: origin.kind, read: tried }
}

/** The rules in force, but for what was hashed before the record was kept. */
async function rulesFor(ctx: Context, { model, origin }: QuarantinedRecord): Promise<RuleBook | undefined> {
  const book = await rulesInForce(ctx)
  if (book === undefined || model === null || origin?.rules == null) return book
  const known = await ctx.metadata.findModel(model)
  const [then, now] = known
    ? [
        await ctx.metadata.findFieldRules(known.id, origin.rules),
        (await ctx.metadata.listFieldRules(known.id, 1))[0],
      ]
    : []
  const hashed = new Set(then?.rules.flatMap(({ path, treatment }) => (treatment === 'hash' ? [path] : [])))
  if (hashed.size === 0 || !now) return book
  const compiled: CompiledRules = await compileFor(ctx, model, now.rules, { revision: now.revision, hashed })
  return { of: (name) => (name === model ? compiled : book.of(name)), isAnyPrivate: book.isAnyPrivate }
}
