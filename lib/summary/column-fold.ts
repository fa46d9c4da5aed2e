/** Owns what every fold of a column can do. */
import type { Scalar } from '@/lib/domain/record'
import type { ColumnSummary } from '@/lib/summary/types'

/** Collects the values of one column in one bucket. */
export interface ColumnFold {
  /** Counts a value; undefined, null, NaN and empty text are missing. */
  add(value: Scalar | undefined): void
  /** What was added since the last reset. Adding may go on. */
  summary(): ColumnSummary
  /** Forgets all values, to be used for another bucket. */
  reset(): void
}
