/** Owns trying rules out on the last records of a model. */
import type { Context } from '@/lib/access/context'
import { requireScope } from '@/lib/access/principal'
import { DAY_MS } from '@/lib/domain/time'
import { asSent } from '@/lib/ingest/as-sent'
import { type JsonObject, parseObject } from '@/lib/ingest/json-value'
import { checkRules } from '@/lib/ingest/mapping/check-rules'
import type { CompiledRules } from '@/lib/ingest/mapping/compile-rules'
import { insideOf } from '@/lib/ingest/mapping/inside-of'
import { listFields, type ShownField } from '@/lib/ingest/mapping/list-fields'
import type { RuleBook } from '@/lib/ingest/mapping/rule-book'
import { isFault, tryRecord } from '@/lib/ingest/mapping/try-record'
import { compileFor } from '@/lib/services/models/mapping/field-rules'
import { recentRecordsOf } from '@/lib/services/models/mapping/recent-records'

export interface PreviewedRecord {
  readonly receivedMs: number
  /** `received`: as it came, from memory; `stored`: as the log has it, because nothing came since the start. */
  readonly source: 'received' | 'stored'
  readonly before: readonly ShownField[]
  /** What would be kept; empty where it would be refused. */
  readonly after: readonly ShownField[]
  /** Why it would be refused, or null. */
  readonly refused: { readonly field: string | null; readonly message: string } | null
}

const MAX_RECORDS = 6
const MAX_STORED = 3

/**
 * The newest records of a model, as they came and as they would be kept under `rules`. Only for administrators: it
 * shows what rules hide. Nothing is stored.
 * @throws AppError `invalid` for rules that make no sense
 */
export async function previewRules(ctx: Context, model: string, rules: unknown): Promise<PreviewedRecord[]> {
  requireScope(ctx.principal, 'admin')
  const checked = checkRules(rules)
  const compiled = await compileFor(ctx, model, checked, { revision: 0 })
  // What is in the log was hashed before.
  const hashed = new Set(checked.map(({ path }) => path))
  const again = await compileFor(ctx, model, checked, { revision: 0, hashed })
  const bookOf = (rules: CompiledRules): RuleBook => ({ of: () => rules, isAnyPrivate: rules.isPrivate })
  return (await lastRecords(ctx, model)).map(({ raw, receivedMs, source }) => ({
    receivedMs,
    source,
    before: listFields(insideOf(raw, ctx.limits.maxDepth)),
    ...resultOf(ctx, model, raw, receivedMs, bookOf(source === 'stored' ? again : compiled)),
  }))
}

function resultOf(
  ctx: Context,
  model: string,
  raw: JsonObject,
  receivedMs: number,
  fieldRules: RuleBook,
): Pick<PreviewedRecord, 'after' | 'refused'> {
  const tried = tryRecord(
    'records',
    raw,
    null,
    {
      model,
      nowMs: receivedMs,
      oldestMs: receivedMs - ctx.retention.logDays * DAY_MS,
      maxFutureMs: ctx.limits.maxFutureMs,
      limits: ctx.limits,
      fieldRules,
    },
    () => '(made here)',
  )
  if (isFault(tried)) return { after: [], refused: { field: tried.field, message: tried.message } }
  const { record, label, version } = tried
  const kept = record === null ? { prediction_id: label?.id } : asSent(record, version)
  const whole = label === null ? kept : { ...kept, actual: label.y }
  // Text and back: what is undefined is not there.
  return { after: listFields(JSON.parse(JSON.stringify(whole))), refused: null }
}

async function lastRecords(
  ctx: Context,
  model: string,
): Promise<{ raw: JsonObject; receivedMs: number; source: PreviewedRecord['source'] }[]> {
  const received = recentRecordsOf(ctx.metadata)
    .list(model)
    .flatMap(({ text, receivedMs }) => {
      const raw = parseObject(text)
      return raw === undefined ? [] : [{ raw, receivedMs, source: 'received' as const }]
    })
  if (received.length > 0) return received.slice(0, MAX_RECORDS)
  const stored = await ctx.log.latestRecords(model, null, MAX_STORED)
  return stored.map(({ version, record, receivedMs }) => ({
    raw: JSON.parse(JSON.stringify(asSent(record, version))) as JsonObject,
    receivedMs,
    source: 'stored',
  }))
}
