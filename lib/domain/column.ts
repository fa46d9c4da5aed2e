/** Owns the noun column: one measured thing of a record, and which metric family it belongs to. */

/** The three metric families of the field. */
export const FAMILIES = ['software', 'input', 'output'] as const
export type Family = (typeof FAMILIES)[number]

/** What a reference column is for. */
export const COLUMN_ROLES = [
  'feature',
  'prediction',
  'score',
  'label',
  'timestamp',
  'id',
  'latency',
  'ignored',
] as const
export type ColumnRole = (typeof COLUMN_ROLES)[number]

/** Type of the values (statistics.md, section 16). */
export type ValueType = 'boolean' | 'integer' | 'number' | 'datetime' | 'string'

/** How a column is summarised and tested. */
export type ColumnKind = 'numeric' | 'categorical' | 'text' | 'identifier' | 'timestamp'

/** Names of the columns that are not features. */
export const PREDICTION = 'prediction'
export const SCORE = 'score'
export const LATENCY = 'latency_ms'
export const MEMORY = 'memory_bytes'
export const LOAD = 'load'

/** A column is found by its family and name, for example input `MedInc` or output `score`. */
export interface ColumnRef {
  readonly family: Family
  readonly name: string
}

/** Key of a column as text, for maps and storage: `input:MedInc`. */
export function columnKey(column: ColumnRef): string {
  return `${column.family}:${column.name}`
}

/** The inverse of columnKey; throws a RangeError on text that is no key. */
export function parseColumnKey(key: string): ColumnRef {
  const colon = key.indexOf(':')
  const family = FAMILIES.find((candidate) => candidate === key.slice(0, colon))
  if (!family) throw new RangeError(`not a column key: ${key}`)
  return { family, name: key.slice(colon + 1) }
}
