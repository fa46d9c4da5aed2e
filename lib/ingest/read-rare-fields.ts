/** Owns reading the fields that most records lack: status, error, memory, load, weight, tags, trace, environment. */
import type { PredictionRecord } from '@/lib/domain/record'
import type { TextRules } from '@/lib/ingest/check-text'
import type { FoundFields } from '@/lib/ingest/collect-fields'
import type { FaultSink } from '@/lib/ingest/fault'
import { FIELD } from '@/lib/ingest/field-aliases'
import type { JsonValue } from '@/lib/ingest/json-value'
import { readError, readLevel, readStatus, readTags, readWeight } from '@/lib/ingest/read-context'
import { readAmount, readEntityName, readId } from '@/lib/ingest/read-fields'

type FieldReader = (
  sink: FaultSink,
  value: JsonValue,
  key: string,
  record: PredictionRecord,
  rules: TextRules,
) => void

const RARE_FIELDS: readonly (readonly [number, FieldReader])[] = [
  [FIELD.status, (sink, value, key, record) => readStatus(sink, value, key, record)],
  [FIELD.error, (_sink, value, _key, record) => readError(value, record)],
  [FIELD.level, (_sink, value, _key, record) => void readLevel(value, record)],
  [
    FIELD.memory,
    (sink, value, key, record) => {
      record.m = readAmount(sink, value, key)
    },
  ],
  [
    FIELD.load,
    (sink, value, key, record) => {
      record.cpu = readAmount(sink, value, key)
    },
  ],
  [FIELD.weight, (sink, value, key, record) => readWeight(sink, value, key, record)],
  [
    FIELD.tags,
    (sink, value, key, record, rules) => {
      const tags = readTags(sink, value, key, rules)
      for (const _ in tags) {
        record.t = tags
        break
      }
    },
  ],
  [
    FIELD.trace,
    (sink, value, key, record, rules) => {
      const id = readId(sink, value, key, rules)
      if (id !== null) record.tr = id
    },
  ],
  [
    FIELD.environment,
    (sink, value, key, record, rules) => {
      const name = readEntityName(sink, value, key, rules)
      if (name !== 'production' && name !== 'prod') record.env = name
    },
  ],
]

/** Enters those that were found into the record. */
export function readRareFields(
  sink: FaultSink,
  found: FoundFields,
  record: PredictionRecord,
  rules: TextRules,
): void {
  for (const [field, read] of RARE_FIELDS) {
    const value = found.values[field]
    if (value !== undefined) read(sink, value, found.key(field), record, rules)
  }
}
