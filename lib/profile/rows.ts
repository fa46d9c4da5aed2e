/** Owns the shape in which reference rows travel from a reader to the profile builder, whatever file they came from. */
import type { ValueType } from '@/lib/domain/column'
import { AppError } from '@/lib/domain/errors'

/** A value as a file gives it. CSV gives text only; instants of typed formats come as ISO text. */
export type Cell = string | number | boolean | null

/** Rows by position; a row may be shorter than `columns` (what is not there is missing). */
export type RowBatch = readonly (readonly Cell[])[]

/** Consecutive cells of one column; the slices of a column come in order. */
export interface ColumnSlice {
  readonly column: number
  readonly rowStart: number
  readonly cells: readonly Cell[]
}

/** One reading of a file: either by rows or by columns, once. */
export interface RowSource {
  readonly format: string
  /** Names by position. JSON Lines may add columns while rows are read. */
  readonly columns: readonly string[]
  /** Type that the file itself declares for a column, by name: a Parquet DOUBLE of whole numbers is no integer. */
  readonly declared: ReadonlyMap<string, ValueType>
  /** True for CSV, where every value is text: types and words for missing (`NA`, `none`) are read from the text. */
  readonly untyped: boolean
  /** What was left out of the file, as sentences. */
  readonly notes: readonly string[]
  /** All rows. @throws AppError for rows that cannot be read, with the place where that is known. */
  rows(): AsyncIterable<RowBatch>
  /** All rows as slices of columns: the cheaper way for formats that are kept by column. */
  slices(): AsyncIterable<ColumnSlice>
}

/** Opens the same rows again: the builder may need to read twice. */
export type OpenRows = () => Promise<RowSource>

/** What a reference file may hold. */
export interface ReferenceLimits {
  readonly maxColumns: number
  readonly maxRows: number
  /** Text of one CSV record or JSON line, in bytes. */
  readonly maxRowBytes: number
  /** After decompression. */
  readonly maxBytes: number
  /** Fewer rows cannot be compared with anything. */
  readonly minRows: number
}

export const REFERENCE_LIMITS: ReferenceLimits = {
  maxColumns: 1_000,
  maxRows: 50_000_000,
  maxRowBytes: 1024 * 1024,
  maxBytes: 16 * 1024 ** 3,
  minRows: 30,
}

export const ROWS_PER_BATCH = 1_000

/** @throws AppError for no, duplicate, empty or too many column names */
export function checkColumnNames(names: readonly string[], limits: ReferenceLimits): void {
  if (names.length > limits.maxColumns) {
    throw new AppError(
      'invalid',
      `The file has ${names.length} columns; at most ${limits.maxColumns} are allowed.`,
      { reason: 'too_many_columns', limit: limits.maxColumns },
    )
  }
  const seen = new Set<string>()
  names.forEach((name, index) => {
    if (name.trim() === '') {
      throw new AppError('invalid', `Column ${index + 1} has no name.`, { reason: 'empty_column_name' })
    }
    if (Buffer.byteLength(name) > 200) {
      throw new AppError('invalid', `The name of column ${index + 1} is longer than 200 bytes.`, {
        reason: 'column_name_too_long',
      })
    }
    if (seen.has(name)) {
      throw new AppError('invalid', `The column name "${name}" appears more than once.`, {
        reason: 'duplicate_column_name',
        field: name,
      })
    }
    seen.add(name)
  })
}

/** The error for a file without rows. */
export function emptyReference(headerOnly: boolean): AppError {
  return new AppError('invalid', headerOnly ? 'The file has a header but no rows.' : 'The file is empty.', {
    reason: 'empty_reference',
  })
}

/** Turns batches of rows into slices of columns. */
export async function* slicesOf(
  batches: AsyncIterable<RowBatch>,
  columns: readonly string[],
): AsyncGenerator<ColumnSlice> {
  let rowStart = 0
  for await (const batch of batches) {
    for (let column = 0; column < columns.length; column++) {
      const cells: Cell[] = new Array(batch.length)
      for (let row = 0; row < batch.length; row++) cells[row] = batch[row]?.[column] ?? null
      yield { column, rowStart, cells }
    }
    rowStart += batch.length
  }
}

/** Gathers single rows into batches and counts them. @throws AppError over `maxRows` */
export async function* inBatches(
  rows: AsyncIterable<readonly Cell[]>,
  maxRows: number,
): AsyncGenerator<RowBatch> {
  let batch: (readonly Cell[])[] = []
  let total = 0
  for await (const row of rows) {
    batch.push(row)
    if (batch.length < ROWS_PER_BATCH) continue
    total += batch.length
    if (total > maxRows) {
      throw new AppError('too_large', `The file has more than ${maxRows} rows.`, {
        reason: 'too_many_rows',
        limit: maxRows,
      })
    }
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
