/** Owns reading one record under rules without keeping it: what would be stored of it, or why it would be refused. */
import type { Label, PredictionRecord, RefusedKind } from '@/lib/domain/record'
import type { Fault } from '@/lib/ingest/fault'
import type { JsonObject } from '@/lib/ingest/json-value'
import type { RuleBook } from '@/lib/ingest/mapping/rule-book'
import { NORMALISERS } from '@/lib/ingest/normalisers'
import type { RecordRules } from '@/lib/ingest/object-reader'
import { WarningList } from '@/lib/ingest/warnings'

export interface TriedRecord {
  readonly model: string
  readonly version: string
  readonly record: PredictionRecord | null
  readonly label: Label | null
}

/** @returns what was read, or the fault; `generatedId` names a record that has no id */
export function tryRecord(
  kind: RefusedKind,
  raw: JsonObject,
  around: JsonObject | null,
  rules: Omit<RecordRules, 'isPlain' | 'warnings'> & { readonly fieldRules: RuleBook | undefined },
  generatedId: () => string,
): TriedRecord | Fault {
  const reader = new NORMALISERS[kind]({ ...rules, isPlain: false, warnings: new WarningList() })
  const read = reader.normalise(raw, around, generatedId)
  if (read !== null) return read
  return reader.fault ?? { code: 'wrong_shape', field: null, message: 'The record is not a JSON object.' }
}

export function isFault(tried: TriedRecord | Fault): tried is Fault {
  return 'code' in tried
}
