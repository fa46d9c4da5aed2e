/** Owns telling an object that carries a list of records from one that is a record. */
import type { JsonObject } from '@/lib/ingest/json-value'

/** Keys under which a top-level object carries its records as a list. */
export const RECORD_LISTS = ['records', 'events', 'data', 'predictions', 'multiple'] as const

/** An object with fields of a record is one, even if it also has a list called `events` or `data`. */
export function looksLikeRecord(value: JsonObject): boolean {
  return RECORD_FIELDS.some((key) => Object.hasOwn(value, key))
}

const RECORD_FIELDS = ['features', 'inputs', 'input', 'prediction', 'prediction_id']
