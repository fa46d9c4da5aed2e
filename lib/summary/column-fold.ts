/** Owns what every fold of a column can do. */
import type { Scalar } from '@/lib/domain/record'
import type { TableColumn } from '@/lib/domain/record-table'
import type { ColumnSummary } from '@/lib/summary/types'

/** Collects the values of one column in one bucket. */
export interface ColumnFold {
  /** Counts a value, once or `times`; undefined, null, NaN and empty text are missing. */
  add(value: Scalar | undefined, times?: number): void
  /** Counts numbers; NaN is missing. */
  addNumbers(values: Float64Array): void
  /** What was added since the last reset. Adding may go on. */
  summary(): ColumnSummary
  /** Forgets all values, to be used for another bucket. */
  reset(): void
}

/** Adds all values of a column; equal texts at once. */
export function addColumn(fold: ColumnFold, column: TableColumn): void {
  if (column.numbers !== null) {
    fold.addNumbers(column.numbers)
    return
  }
  const { codes, values } = column
  const times = new Int32Array(values.length)
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? 0
    times[code] = (times[code] ?? 0) + 1
  }
  for (let code = 0; code < values.length; code++) {
    const count = times[code] ?? 0
    if (count > 0) fold.add(values[code], count)
  }
}
