/** Owns reading CSV: strict, streamed, and every complaint with its line number. */
import { Readable } from 'node:stream'
import { CsvError, parse } from 'csv-parse'
import { AppError } from '@/lib/domain/errors'
import { readBytes } from '@/lib/profile/open-text'
import {
  checkColumnNames,
  emptyReference,
  inBatches,
  type ReferenceLimits,
  type RowSource,
  slicesOf,
} from '@/lib/profile/rows'
import { sniffDelimiter } from '@/lib/profile/sniff-delimiter'

const SAMPLE_BYTES = 64 * 1024

/**
 * Opens a CSV file with a header line.
 * @throws AppError `invalid` for what is no table: one column only, ragged rows, open quotes, bad names
 */
export async function readCsv(path: string, gzip: boolean, limits: ReferenceLimits): Promise<RowSource> {
  const sample = await readSample(path, gzip, limits)
  const delimiter = sniffDelimiter(sample)
  if (delimiter === null) throw noDelimiter(sample)
  const rows = parseRows(path, gzip, delimiter, limits)
  const first = await rows.next()
  if (first.done) throw emptyReference(false)
  const columns = first.value.map((name) => name.trim())
  checkColumnNames(columns, limits)
  return {
    format: delimiter === ',' ? 'csv' : `csv (${delimiter === '\t' ? 'tab' : delimiter})`,
    columns,
    declared: new Map(),
    untyped: true,
    notes: [],
    rows: () => inBatches(rows, limits.maxRows),
    slices: () => slicesOf(inBatches(rows, limits.maxRows), columns),
  }
}

async function* parseRows(
  path: string,
  gzip: boolean,
  delimiter: string,
  limits: ReferenceLimits,
): AsyncGenerator<string[]> {
  const parser = parse({
    delimiter,
    bom: true,
    skip_empty_lines: true,
    max_record_size: limits.maxRowBytes,
    record_delimiter: ['\r\n', '\n', '\r'],
  })
  const bytes = Readable.from(readBytes(path, gzip, limits.maxBytes), { objectMode: true })
  bytes.on('error', (error) => parser.destroy(error))
  bytes.pipe(parser)
  try {
    for await (const row of parser as AsyncIterable<string[]>) yield row
  } catch (error) {
    throw error instanceof CsvError ? explain(error, limits) : error
  } finally {
    bytes.destroy()
    parser.destroy()
  }
}

async function readSample(path: string, gzip: boolean, limits: ReferenceLimits): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of readBytes(path, gzip, limits.maxBytes)) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= SAMPLE_BYTES) break
  }
  if (size === 0) throw emptyReference(false)
  return Buffer.concat(chunks).subarray(0, SAMPLE_BYTES).toString('utf8')
}

function noDelimiter(sample: string): AppError {
  const header = (sample.split(/\r?\n/)[0] ?? '').slice(0, 80)
  return new AppError(
    'invalid',
    `The file has a single column, "${header}". Separate columns with a comma, semicolon, tab or vertical bar.`,
    { reason: 'single_column' },
  )
}

/** A sentence with the line number for each complaint of the parser. */
function explain(error: CsvError, limits: ReferenceLimits): AppError {
  const line = Number((error as { lines?: unknown }).lines ?? 0)
  switch (error.code) {
    case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH':
    case 'CSV_RECORD_INCONSISTENT_COLUMNS': {
      const record = (error as { record?: unknown }).record
      const found = Array.isArray(record) ? ` has ${record.length} fields, which` : ''
      return malformed(`Line ${line}${found} is not the number of fields of the header.`, 'ragged_row', line)
    }
    case 'CSV_QUOTE_NOT_CLOSED':
      return malformed(`A quote that opens before line ${line} is never closed.`, 'unclosed_quote', line)
    case 'CSV_MAX_RECORD_SIZE':
      return malformed(
        `The row at line ${line} is larger than ${limits.maxRowBytes} bytes; a quote may have been left open before it.`,
        'row_too_large',
        line,
      )
    case 'INVALID_OPENING_QUOTE':
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE':
      return malformed(`Line ${line} has a quote in a place where none may stand.`, 'misplaced_quote', line)
    default:
      return malformed(`Line ${line} is not valid CSV.`, 'malformed_csv', line)
  }
}

function malformed(message: string, reason: string, line: number): AppError {
  return new AppError('invalid', message, { reason, line })
}
