/** Owns reading labels from a table with a header line: CSV, or the same with semicolons, tabs or bars. */
import { isAscii } from 'node:buffer'
import { type Fault, REFUSAL_CODES } from '@/lib/ingest/fault'
import { ALIAS_OF, FIELD } from '@/lib/ingest/field-aliases'
import { TableText } from '@/lib/ingest/formats/table-text'
import { tooManyRecords, undecodable } from '@/lib/ingest/formats/undecodable'
import { type JsonObject, type JsonValue, setOwn } from '@/lib/ingest/json-value'
import { MAX_REFUSED_TEXT } from '@/lib/ingest/malformed'
import { type BodyReader, readRecords } from '@/lib/ingest/read-records'

/** Whoever sends JSON under the type of a table is understood. */
const JSON_BEGINS = /^\s*[[{]/
const DELIMITERS = [',', ';', '\t', '|'] as const
const MAX_COLUMNS = 1_000
const ROWS_A_STEP = 2_000

const NO_HEADER =
  'The first line of a table must name its columns: prediction_id and actual, and perhaps timestamp and model.'

/** Every row is a label, its columns are the fields by their names; an empty cell says nothing. */
export const readLabelTable: BodyReader = function* (bytes, limits, sink) {
  if (JSON_BEGINS.test(bytes.toString('latin1', 0, 256))) {
    yield* readRecords(bytes, isAscii(bytes), limits, sink)
    return
  }
  const text = bytes.toString('utf8')
  const table = new TableText(text, delimiterOf(text), MAX_COLUMNS)
  const columns = readHeader(table)
  let rows = 0
  for (let row = table.next(); row !== null; row = table.next()) {
    if (++rows > limits.maxRecords) throw tooManyRecords(limits)
    const size = row.end - row.start
    if (size > limits.maxRecordBytes)
      sink.refuse(faultOf('record_too_large'), table.text(row, MAX_REFUSED_TEXT))
    else if (row.count !== columns.length)
      sink.refuse(
        faultOf('wrong_shape', `The row has ${row.count} fields, and the header ${columns.length}.`),
        table.text(row, MAX_REFUSED_TEXT),
      )
    else sink.record(labelOf(columns, row.fields), null)
    if (rows % ROWS_A_STEP === 0) yield
  }
}

/** What cuts the header into most columns. */
function delimiterOf(text: string): string {
  const header = /^[^\r\n]*/.exec(text.slice(0, 64 * 1024).trimStart())?.[0] ?? ''
  const found = DELIMITERS.map((delimiter) => ({ delimiter, parts: header.split(delimiter).length }))
  return found.reduce((best, other) => (other.parts > best.parts ? other : best)).delimiter
}

/** @throws AppError `invalid` (`undecodable`) for a first line that names nothing we know, or a name twice */
function readHeader(table: TableText): readonly string[] {
  const header = table.next()
  if (header === null || header.count > MAX_COLUMNS) throw undecodable(NO_HEADER)
  const columns = header.fields.map((name) => name.trim())
  if (!columns.some((name) => ALIAS_OF.has(name))) throw undecodable(NO_HEADER)
  const twice = columns.find((name, i) => columns.indexOf(name) !== i)
  if (twice !== undefined)
    throw undecodable(`The column "${twice.slice(0, 80)}" stands twice in the first line.`)
  return columns
}

function labelOf(columns: readonly string[], fields: readonly string[]): JsonObject {
  const label: JsonObject = {}
  for (const [i, name] of columns.entries()) {
    const text = fields[i] ?? ''
    if (text !== '') setOwn(label, name, cellOf(name, text))
  }
  return label
}

/** As JSON would have it. With zeros in front it is a code, not a number. */
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

/** A table has texts only: a label that is written as a number or a boolean is one. Ids and names stay texts. */
function cellOf(name: string, text: string): JsonValue {
  if (ALIAS_OF.get(name)?.field !== FIELD.actual) return text
  if (NUMBER.test(text)) return Number(text)
  return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : text
}

function faultOf(code: Fault['code'], message: string = REFUSAL_CODES[code]): Fault {
  return { code, field: null, message }
}
