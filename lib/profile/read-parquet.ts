/** Owns reading Parquet, column by column within a row group, with bounds on what the footer claims. */
import {
  asyncBufferFromFile,
  type DecodedArray,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type SchemaElement,
} from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import type { ValueType } from '@/lib/domain/column'
import { AppError, isAppError } from '@/lib/domain/errors'
import { parquetCell } from '@/lib/profile/parquet-cell'
import {
  type Cell,
  type ColumnSlice,
  checkColumnNames,
  emptyReference,
  type ReferenceLimits,
  ROWS_PER_BATCH,
  type RowBatch,
  type RowSource,
} from '@/lib/profile/rows'

type File = Awaited<ReturnType<typeof asyncBufferFromFile>>

/** Bytes that one column of one row group may unpack to. */
const MAX_CHUNK_BYTES = 512 * 1024 * 1024
/** Rows unpacked at once when rows, not columns, are wanted. */
const ROWS_AT_ONCE = 100_000

/**
 * Opens a Parquet file (not compressed as a whole).
 * @throws AppError `invalid` for a damaged file or one whose footer claims more than the limits
 */
export async function readParquet(path: string, limits: ReferenceLimits): Promise<RowSource> {
  const file = await asyncBufferFromFile(path)
  const metadata = await guarded(FOOTER, async () => {
    if (file.byteLength < 12) throw new RangeError('too short')
    return parquetMetadataAsync(file, { geoparquet: false })
  })
  const flat = await guarded(FOOTER, async () => flatColumns(metadata))
  checkColumnNames(
    flat.columns.map((element) => element.name),
    limits,
  )
  const rowCount = checkClaims(metadata, file.byteLength, limits)
  if (rowCount === 0) throw emptyReference(true)
  return {
    format: 'parquet',
    columns: flat.columns.map((element) => element.name),
    declared: new Map(flat.columns.map((element) => [element.name, declaredType(element)])),
    untyped: false,
    notes: flat.skipped.map((name) => `Column "${name}" holds lists or groups and was left out.`),
    rows: () => readRows(file, metadata, flat.columns, rowCount),
    slices: () => readSlices(file, metadata, flat.columns),
  }
}

async function* readSlices(
  file: File,
  metadata: FileMetaData,
  columns: readonly SchemaElement[],
): AsyncGenerator<ColumnSlice> {
  let groupStart = 0
  for (const group of metadata.row_groups) {
    const groupRows = Number(group.num_rows)
    for (const [column, element] of columns.entries()) {
      const what = `column "${element.name}" cannot be unpacked`
      const data = await guarded(what, () => readColumn(file, metadata, element.name, groupStart, groupRows))
      for (let start = 0; start < groupRows; start += ROWS_PER_BATCH) {
        const cells: Cell[] = []
        const end = Math.min(groupRows, start + ROWS_PER_BATCH)
        for (let row = start; row < end; row++) cells.push(parquetCell(data[row], element))
        yield { column, rowStart: groupStart + start, cells }
      }
    }
    groupStart += groupRows
  }
}

/** One column of one row group. The chunks come in order. */
async function readColumn(
  file: File,
  metadata: FileMetaData,
  name: string,
  rowStart: number,
  rows: number,
): Promise<DecodedArray> {
  const chunks: DecodedArray[] = []
  let found = 0
  await parquetRead({
    file,
    metadata,
    compressors,
    geoparquet: false,
    columns: [name],
    rowStart,
    rowEnd: rowStart + rows,
    onChunk: ({ columnData }) => {
      chunks.push(columnData)
      found += columnData.length
    },
  })
  if (found !== rows) throw damaged(`column "${name}" has ${found} values for ${rows} rows`)
  const [only] = chunks
  return chunks.length === 1 && only ? only : chunks.flatMap((chunk) => Array.from<unknown>(chunk))
}

async function* readRows(
  file: File,
  metadata: FileMetaData,
  columns: readonly SchemaElement[],
  rowCount: number,
): AsyncGenerator<RowBatch> {
  for (let rowStart = 0; rowStart < rowCount; rowStart += ROWS_AT_ONCE) {
    const rowEnd = Math.min(rowCount, rowStart + ROWS_AT_ONCE)
    const names = columns.map((element) => element.name)
    const what = `its rows ${rowStart + 1} to ${rowEnd} cannot be unpacked`
    const rows: unknown[][] = await guarded(what, async () => {
      let found: unknown[][] = []
      await parquetRead({
        file,
        metadata,
        compressors,
        geoparquet: false,
        columns: names,
        rowStart,
        rowEnd,
        onComplete: (complete) => {
          found = complete
        },
      })
      return found
    })
    for (let start = 0; start < rows.length; start += ROWS_PER_BATCH) {
      yield rows
        .slice(start, start + ROWS_PER_BATCH)
        .map((row) => columns.map((element, column) => parquetCell(row[column], element)))
    }
  }
}

/** Top-level columns with plain values, in file order, and the names of all others. */
function flatColumns(metadata: FileMetaData): { columns: SchemaElement[]; skipped: string[] } {
  const children = parquetSchema(metadata).children
  const plain = children.filter(
    (child) => child.children.length === 0 && child.element.repetition_type !== 'REPEATED',
  )
  return {
    columns: plain.map((child) => child.element),
    skipped: children.filter((child) => !plain.includes(child)).map((child) => child.element.name),
  }
}

/** @returns the number of rows; @throws AppError when the footer contradicts itself or claims too much */
function checkClaims(metadata: FileMetaData, fileBytes: number, limits: ReferenceLimits): number {
  const rows = Number(metadata.num_rows)
  const inGroups = metadata.row_groups.reduce((sum, group) => sum + Number(group.num_rows), 0)
  if (!Number.isSafeInteger(rows) || rows < 0 || rows !== inGroups) throw damaged('its row counts disagree')
  if (rows > limits.maxRows) {
    throw new AppError('too_large', `The file has ${rows} rows; at most ${limits.maxRows} are allowed.`, {
      reason: 'too_many_rows',
      limit: limits.maxRows,
    })
  }
  for (const group of metadata.row_groups) {
    for (const { meta_data: chunk } of group.columns) {
      if (!chunk) throw damaged('a column has no description')
      const packed = Number(chunk.total_compressed_size)
      const unpacked = Number(chunk.total_uncompressed_size)
      const start = Number(chunk.dictionary_page_offset ?? chunk.data_page_offset)
      if (packed < 0 || unpacked < 0 || start < 0 || start + packed > fileBytes) {
        throw damaged('a column lies outside the file')
      }
      if (unpacked > MAX_CHUNK_BYTES) {
        throw new AppError(
          'too_large',
          `A column of the file unpacks to ${unpacked} bytes in one row group; write smaller row groups.`,
          { reason: 'row_group_too_large', limit: MAX_CHUNK_BYTES },
        )
      }
    }
  }
  return rows
}

function declaredType(element: SchemaElement): ValueType {
  const logical = element.logical_type?.type
  if (element.converted_type === 'DECIMAL') return (element.scale ?? 0) > 0 ? 'number' : 'integer'
  if (element.converted_type === 'DATE' || element.converted_type?.startsWith('TIMESTAMP')) return 'datetime'
  if (logical === 'DATE' || logical === 'TIMESTAMP' || element.type === 'INT96') return 'datetime'
  if (logical === 'FLOAT16' || element.type === 'DOUBLE' || element.type === 'FLOAT') return 'number'
  if (element.type === 'BOOLEAN') return 'boolean'
  if (element.type === 'INT32' || element.type === 'INT64') return 'integer'
  return 'string'
}

/** What the footer is, for somebody who has not made the file. */
const FOOTER = 'the description of its columns at its end cannot be read'

/**
 * The reader throws plain errors of many kinds on damaged files: all become one sentence of ours.
 * @param what  what was being read and cannot be
 */
async function guarded<T>(what: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (isAppError(error)) throw error
    // The disk's own errors are no fault of the file.
    if (error instanceof Error && 'syscall' in error) throw error
    throw unsupported(error) ?? damaged(what)
  }
}

/** A file that is whole, but written in a way that the reader does not know. */
function unsupported(error: unknown): AppError | null {
  const found =
    error instanceof Error && /unsupported (compression codec|encoding): (\w+)/.exec(error.message)
  if (!found) return null
  const how = found[1] === 'encoding' ? 'encoding' : 'compression'
  return new AppError(
    'invalid',
    `The Parquet file uses the ${how} ${found[2]}, which cannot be read here. Write it with snappy, gzip or zstd.`,
    { reason: 'unsupported_parquet' },
  )
}

function damaged(why: string): AppError {
  return new AppError('invalid', `The Parquet file is damaged or cut short: ${why}.`, {
    reason: 'corrupt_parquet',
  })
}
