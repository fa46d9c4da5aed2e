/** Owns the noun record table: records of one shape, column by column, so that millions need no objects of their own. */
import type { PredictionRecord, Scalar } from '@/lib/domain/record'

/** One key of all records: numbers, with NaN for null; or other values by their place in a list, in which one may stand twice. */
export type TableColumn =
  | { readonly name: string; readonly numbers: Float64Array }
  | {
      readonly name: string
      readonly numbers: null
      readonly codes: Int32Array
      readonly values: readonly Scalar[]
    }

/** Records whose keys are the same in the same order; none holds tags or scores by class. */
export interface RecordTable {
  readonly length: number
  /** Where the ids stand in `bytes`, all of them ASCII. */
  readonly ids: { readonly bytes: Uint8Array; readonly starts: Int32Array; readonly ends: Int32Array }
  /** Event times, epoch ms. */
  readonly at: Float64Array
  /** The other keys of a record (`p`, `s`, `l` …), by name. */
  readonly heads: ReadonlyMap<string, TableColumn>
  readonly features: ReadonlyMap<string, TableColumn>
}

/** The value of a row. */
export function valueAt(column: TableColumn, row: number): Scalar {
  if (column.numbers === null) return column.values[column.codes[row] ?? 0] ?? null
  const value = column.numbers[row] ?? Number.NaN
  return Number.isNaN(value) ? null : value
}

/** Id, time and features of a row as a record. */
export function featuresAt(table: RecordTable, row: number): PredictionRecord {
  const { bytes, starts, ends } = table.ids
  const id = String.fromCharCode(...bytes.subarray(starts[row], ends[row]))
  // Own keys, whatever their name.
  const f = Object.fromEntries(
    [...table.features.values()].map((column) => [column.name, valueAt(column, row)]),
  )
  return { id, at: table.at[row] ?? 0, f }
}
