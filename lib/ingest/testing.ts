/** Owns rules and shortcuts for tests of ingest. */
import { DEFAULT_LIMITS } from '@/lib/domain/limits'
import { type BatchRules, type ParsedBatch, parseBatchAtOnce } from '@/lib/ingest/parse-batch'

/** 2026-11-21T12:00:00Z */
export const NOW_MS = Date.UTC(2026, 10, 21, 12)

/** The default limits, and the model `m`. */
export const TEST_RULES: BatchRules = {
  kind: 'records',
  model: 'm',
  nowMs: NOW_MS,
  oldestMs: NOW_MS - 30 * 86_400_000,
  maxFutureMs: DEFAULT_LIMITS.maxFutureMs,
  limits: DEFAULT_LIMITS,
  idPrefix: () => '~x',
}

/** Parses a body under the default limits, for the model `m` unless the rules say otherwise. */
export function parse(body: string | Uint8Array, rules: Partial<BatchRules> = {}): ParsedBatch {
  return parseBatchAtOnce(Buffer.from(body as string), { ...TEST_RULES, ...rules })
}

/** What became of one record: the record itself, or code and field of its refusal. */
export function readOne(record: unknown, rules: Partial<BatchRules> = {}) {
  const batch = parse(typeof record === 'string' ? record : JSON.stringify(record), rules)
  const [refusal] = batch.refusals
  return {
    record: batch.groups[0]?.records[0],
    model: batch.groups[0]?.model,
    version: batch.groups[0]?.version,
    label: batch.labels[0]?.labels[0],
    code: refusal?.code,
    field: refusal?.field,
  }
}
