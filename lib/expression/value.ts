/** Owns values while an expression runs: what a field's content means as the type it was given, and why there is none. */
import type { ExpressionType, MissingReason } from '@/lib/domain/custom-metric'
import type { Scalar } from '@/lib/domain/record'

/** null: missing. Numbers are finite. */
export type Value = number | string | boolean | null

/** One record at a time: the contents of the fields that an expression reads, in its own order. */
export interface Row {
  values: readonly (Scalar | undefined)[]
  /** Why something was missing for another reason than that a field is absent; the first counts. */
  fault: MissingReason | null
}

/** A compiled part of an expression. It never throws, and takes no longer than its length allows. */
export type Run = (row: Row) => Value

const TRUE_WORDS: ReadonlySet<string> = new Set(['true', 'yes', 't', 'y', '1'])
const FALSE_WORDS: ReadonlySet<string> = new Set(['false', 'no', 'f', 'n', '0'])

/** Notes the reason and gives the missing value. */
export function missing(row: Row, reason: MissingReason): null {
  row.fault ??= reason
  return null
}

/** A finite number, or missing where a calculation has no result; never -0. */
export function finite(row: Row, value: number): Value {
  return Number.isFinite(value) ? value + 0 : missing(row, 'no_result')
}

/** Reads a field. */
export function readField(slot: number, type: ExpressionType): Run {
  if (type === 'number') return (row) => asNumber(row, row.values[slot])
  return type === 'text' ? (row) => asText(row.values[slot]) : (row) => asBoolean(row, row.values[slot])
}

function asNumber(row: Row, value: Scalar | undefined): Value {
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : null
  return value === null || value === undefined || value === '' ? null : missing(row, 'wrong_type')
}

function asText(value: Scalar | undefined): Value {
  if (typeof value === 'string') return value === '' ? null : value
  if (typeof value === 'number') return Number.isFinite(value) ? String(value + 0) : null
  return typeof value === 'boolean' ? String(value) : null
}

function asBoolean(row: Row, value: Scalar | undefined): Value {
  if (typeof value === 'boolean') return value
  if (value === null || value === undefined || value === '') return null
  const word = String(value).toLowerCase()
  if (TRUE_WORDS.has(word)) return true
  return FALSE_WORDS.has(word) ? false : missing(row, 'wrong_type')
}
