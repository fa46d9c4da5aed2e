/** Owns telling an object that carries a list of records from one that is a record. */
import { AppError } from '@/lib/domain/errors'
import { isObject, type JsonObject, own } from '@/lib/ingest/json-value'

/** Keys under which a top-level object carries its records as a list. */
export const RECORD_LISTS = ['records', 'events', 'data', 'predictions', 'multiple'] as const

/** An object with fields of a record is one, even if it also has a list called `events` or `data`. */
export function looksLikeRecord(value: JsonObject): boolean {
  return RECORD_FIELDS.some((key) => Object.hasOwn(value, key))
}

const RECORD_FIELDS = ['features', 'inputs', 'input', 'prediction', 'prediction_id']

/** Whether an object whose list of records was taken out of it holds another one. */
export function holdsRecords(around: JsonObject): boolean {
  return RECORD_LISTS.some((name) => {
    const list = own(around, name)
    return Array.isArray(list) && isObject(list[0])
  })
}

/** What is said of an object with two lists of records: nobody can tell whether both were meant. */
export const TWO_LISTS = `Only one of ${RECORD_LISTS.join(', ')} may hold records, and only once: send one list.`

/** The error for a body that is one such object. */
export function twoLists(): AppError {
  return new AppError('invalid', TWO_LISTS, { reason: 'two_lists' })
}
