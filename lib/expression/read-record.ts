/** Owns reading the fields of an expression from records: one by one, or from a table of them. */
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import { type RecordTable, type TableColumn, valueAt } from '@/lib/domain/record-table'

/** Server-side failures start here, as in the metric of failed calls. */
const FIRST_ERROR_STATUS = 500

const NO_EVENTS: ReadonlySet<string> = new Set()

/** Fills the contents of the fields, in the order of the keys. */
export type ReadRecord = (
  record: PredictionRecord,
  events: ReadonlySet<string>,
  values: (Scalar | undefined)[],
) => void

type Reader = (record: PredictionRecord, events: ReadonlySet<string>) => Scalar | undefined

/** @param keys as `candidateKeys` makes them; unknown ones are absent in every record */
export function createRecordReader(keys: readonly string[]): ReadRecord {
  const readers = keys.map(readerOf)
  return (record, events, values) => {
    for (let i = 0; i < readers.length; i++) values[i] = readers[i]?.(record, events)
  }
}

/** Fills the contents of a row's fields; nothing has had an event when it is recorded. */
export type ReadRow = (row: number, values: (Scalar | undefined)[]) => void

/** The same for the rows of a table, without an object for each. */
export function createTableReader(keys: readonly string[], table: RecordTable): ReadRow {
  const readers = keys.map((key) => rowReaderOf(key, table))
  return (row, values) => {
    for (let i = 0; i < readers.length; i++) values[i] = readers[i]?.(row)
  }
}

const HEADS: Readonly<Record<string, 'p' | 's' | 'l' | 'c' | 'm' | 'cpu'>> = {
  prediction: 'p',
  score: 's',
  latency: 'l',
  status: 'c',
  memory: 'm',
  load: 'cpu',
}

function split(key: string): { space: string; name: string } {
  const colon = key.indexOf(':')
  return { space: key.slice(0, colon), name: key.slice(colon + 1) }
}

const own = <T>(values: Readonly<Record<string, T>> | undefined, name: string): T | undefined =>
  values !== undefined && Object.hasOwn(values, name) ? values[name] : undefined

function readerOf(key: string): Reader {
  const { space, name } = split(key)
  switch (space) {
    case 'input':
      return ({ f }) => own(f, name)
    case 'scores':
      return ({ ss }) => own(ss, name)
    case 'tag':
      return ({ t }) => own(t, name)
    case 'event':
      return (_record, events) => events.has(name)
    default:
      return recordReaderOf(name)
  }
}

function recordReaderOf(name: string): Reader {
  if (name === 'error') return ({ e, c }) => e !== undefined || (c ?? 0) >= FIRST_ERROR_STATUS
  if (name === 'score') return ({ s, ss }) => s ?? highestOf(ss)
  const head = HEADS[name]
  return head === undefined ? () => undefined : (record) => record[head]
}

/** The score of the class that was predicted: the highest. */
function highestOf(scores: Record<string, number> | undefined): number | undefined {
  if (scores === undefined) return undefined
  let highest: number | undefined
  for (const value of Object.values(scores)) if (highest === undefined || value > highest) highest = value
  return highest
}

function rowReaderOf(key: string, { features, heads }: RecordTable): (row: number) => Scalar | undefined {
  const { space, name } = split(key)
  if (space === 'event') return () => NO_EVENTS.has(name)
  if (space === 'input') return columnReaderOf(features.get(name))
  // Tables hold neither tags nor scores by class.
  if (space !== 'record') return () => undefined
  if (name !== 'error') return columnReaderOf(heads.get(HEADS[name] ?? ''))
  const status = columnReaderOf(heads.get('c'))
  return heads.has('e') ? () => true : (row) => Number(status(row) ?? 0) >= FIRST_ERROR_STATUS
}

function columnReaderOf(column: TableColumn | undefined): (row: number) => Scalar | undefined {
  return column === undefined ? () => undefined : (row) => valueAt(column, row)
}
