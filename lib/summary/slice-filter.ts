/** Owns which records lie in a slice, for records and for tables of records alike. Knows no storage. */
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import { type RecordTable, type TableColumn, valueAt } from '@/lib/domain/record-table'
import type { SliceCondition } from '@/lib/domain/slice'

/** Whether one value fulfils a condition. Texts are compared as they are; a number with the number that a text reads as. */
export function holds(condition: SliceCondition, value: Scalar | undefined): boolean {
  const isMissing =
    value === undefined ||
    value === null ||
    value === '' ||
    (typeof value === 'number' && Number.isNaN(value))
  switch (condition.op) {
    case 'missing':
      return isMissing
    case 'range': {
      if (isMissing || typeof value !== 'number') return false
      const { atLeast, below } = condition
      return (atLeast === null || value >= atLeast) && (below === null || value < below)
    }
    case 'in':
      return !isMissing && condition.values.some((wanted) => isSame(wanted, value))
  }
}

function isSame(wanted: string, value: Scalar | undefined): boolean {
  if (typeof value === 'number') return wanted.trim() !== '' && Number(wanted) === value
  return String(value) === wanted
}

/** The value that a condition looks at; names that every object inherits are read only where they are own. */
export function subjectValue(record: PredictionRecord, { on, name }: SliceCondition): Scalar | undefined {
  if (on === 'output') return name === 'score' ? (record.s ?? highest(record.ss)) : record.p
  const values: Readonly<Record<string, Scalar>> = on === 'tag' ? (record.t ?? {}) : record.f
  return Object.hasOwn(values, name) ? values[name] : undefined
}

function highest(scores: Readonly<Record<string, number>> | undefined): number | undefined {
  const values = Object.values(scores ?? {})
  return values.length === 0 ? undefined : Math.max(...values)
}

/** Whether a record lies in the slice of these conditions. */
export function isInSlice(conditions: readonly SliceCondition[], record: PredictionRecord): boolean {
  return conditions.every((condition) => holds(condition, subjectValue(record, condition)))
}

/** The records of the slice, in their order. */
export function sliceOfRecords(
  conditions: readonly SliceCondition[],
  records: readonly PredictionRecord[],
): readonly PredictionRecord[] {
  return records.filter((record) => isInSlice(conditions, record))
}

/** The rows of a table that lie in the slice, as a table of their own; null where there are none. */
export function sliceOfTable(conditions: readonly SliceCondition[], table: RecordTable): RecordTable | null {
  const taken = new Uint8Array(table.length).fill(1)
  for (const condition of conditions) keepHolding(taken, condition, columnOf(table, condition))
  const rows = Int32Array.from(taken.keys()).filter((row) => taken[row] === 1)
  if (rows.length === 0) return null
  if (rows.length === table.length) return table
  const { bytes, starts, ends } = table.ids
  const pick = (values: Int32Array) => rows.map((row) => values[row] ?? 0)
  return {
    length: rows.length,
    ids: { bytes, starts: pick(starts), ends: pick(ends) },
    at: Float64Array.from(rows, (row) => table.at[row] ?? 0),
    heads: gather(table.heads, rows),
    features: gather(table.features, rows),
  }
}

/** No record of a table has tags. */
function columnOf({ heads, features }: RecordTable, { on, name }: SliceCondition): TableColumn | undefined {
  if (on === 'tag') return undefined
  return on === 'output' ? heads.get(name === 'score' ? 's' : 'p') : features.get(name)
}

function keepHolding(taken: Uint8Array, condition: SliceCondition, column: TableColumn | undefined): void {
  if (!column) {
    if (!holds(condition, undefined)) taken.fill(0)
    return
  }
  if (column.numbers !== null) {
    for (let row = 0; row < taken.length; row++) {
      if (taken[row] === 1 && !holds(condition, valueAt(column, row))) taken[row] = 0
    }
    return
  }
  // Each different value is looked at once.
  const fits = column.values.map((value) => holds(condition, value))
  for (let row = 0; row < taken.length; row++) if (!fits[column.codes[row] ?? 0]) taken[row] = 0
}

function gather(columns: ReadonlyMap<string, TableColumn>, rows: Int32Array): Map<string, TableColumn> {
  const gathered = new Map<string, TableColumn>()
  for (const [key, column] of columns) {
    const { name } = column
    if (column.numbers !== null) {
      const { numbers } = column
      gathered.set(key, { name, numbers: Float64Array.from(rows, (row) => numbers[row] ?? Number.NaN) })
    } else {
      const { codes, values } = column
      gathered.set(key, { name, numbers: null, codes: rows.map((row) => codes[row] ?? 0), values })
    }
  }
  return gathered
}
