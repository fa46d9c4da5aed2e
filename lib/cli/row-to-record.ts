/** Owns turning rows of a file into the records and labels that a serving system would have sent. */
import type { ColumnProfile, Profile } from '@/lib/domain/profile'
import type { Scalar } from '@/lib/domain/record'
import { toRfc3339 } from '@/lib/domain/time'
import { ROLE_ALIASES } from '@/lib/profile/column-aliases'
import { instantOfNumber, parseInstant } from '@/lib/profile/instants'
import type { Cell } from '@/lib/profile/rows'
import { isDateTimeText, isMissingWord, isNumberText } from '@/lib/stats/profile/text-patterns'
import { booleanLabel } from '@/lib/summary/category-label'

/** A record as the API takes it. */
export interface ApiRecord {
  prediction_id: string
  model_version: string
  timestamp?: string
  features: Record<string, Scalar>
  prediction?: Scalar
  prediction_score?: Scalar
  latency_ms?: Scalar
}

export interface ApiLabel {
  prediction_id: string
  actual: Scalar
}

export interface RowReader {
  /** @param row its number in the file, from 0: names the record where the file has no ids */
  read(
    cells: readonly Cell[],
    row: number,
  ): { record: ApiRecord; label: ApiLabel | null; atMs: number | null }
}

type Put = (record: ApiRecord, cell: Scalar) => void

/**
 * @param columns of the file
 * @param untyped whether values are text whatever they are (CSV)
 * @param fallbackId prefix of ids that are made from the row number
 */
export function createRowReader(
  profile: Profile,
  columns: readonly string[],
  options: { untyped: boolean; version: string; fallbackId: string },
): RowReader {
  const byName = new Map(profile.columns.map((column) => [column.sourceName ?? column.name, column]))
  const idAt = findColumn(columns, byName, 'id')
  const labelAt = findColumn(columns, byName, 'label')
  const timeAt = columns.findIndex((name) => byName.get(name)?.role === 'timestamp')
  const puts = columns.map((name, index) =>
    index === idAt || index === labelAt || index === timeAt ? null : putFor(name, byName.get(name)),
  )
  const convert = (cell: Cell | undefined, name: string) =>
    toScalar(cell ?? null, byName.get(name), options.untyped)
  return {
    read(cells, row) {
      const id = idAt === -1 ? null : (cells[idAt] ?? null)
      const record: ApiRecord = {
        prediction_id: id === null || id === '' ? `${options.fallbackId}#${row}` : String(id),
        model_version: options.version,
        features: Object.create(null) as Record<string, Scalar>,
      }
      const time = timeAt === -1 ? null : (cells[timeAt] ?? null)
      const atMs = time === null ? null : instantOf(time)
      if (time !== null) record.timestamp = atMs === null ? String(time) : toRfc3339(atMs)
      for (const [index, put] of puts.entries()) put?.(record, convert(cells[index], columns[index] ?? ''))
      const actual = labelAt === -1 ? null : convert(cells[labelAt], columns[labelAt] ?? '')
      const label = actual === null ? null : { prediction_id: record.prediction_id, actual }
      return { record, label, atMs }
    },
  }
}

/** Where a role's column stands in a file: under the name of the reference, else under one of its usual names. */
export function findColumn(
  columns: readonly string[],
  byName: ReadonlyMap<string, ColumnProfile>,
  role: 'id' | 'label',
): number {
  const known = columns.findIndex((name) => byName.get(name)?.role === role)
  if (known !== -1) return known
  const free = (name: string) => !byName.has(name)
  for (const alias of ROLE_ALIASES[role]) {
    const found = columns.findIndex((name) => name.toLowerCase() === alias && free(name))
    if (found !== -1) return found
  }
  return -1
}

function putFor(name: string, column: ColumnProfile | undefined): Put | null {
  switch (column?.role) {
    case 'prediction':
      return (record, cell) => {
        record.prediction = cell
      }
    case 'score':
      return (record, cell) => {
        if (cell !== null) record.prediction_score = cell
      }
    case 'latency':
      return (record, cell) => {
        if (cell !== null) record.latency_ms = cell
      }
    case 'feature':
    case undefined:
      return (record, cell) => {
        record.features[name] = cell
      }
    default:
      return null
  }
}

/** The value as a program would have logged it: the reference tells the type, and what does not fit stays text. */
export function toScalar(cell: Cell, column: ColumnProfile | undefined, untyped: boolean): Scalar {
  if (cell === null || !untyped || typeof cell !== 'string') {
    return typeof cell === 'number' && !Number.isFinite(cell) ? null : cell
  }
  const text = cell.trim()
  if (isMissingWord(text)) return null
  const type = column?.type ?? (isNumberText(text) ? 'number' : 'string')
  if (type === 'integer' || type === 'number') {
    if (!isNumberText(text)) return /^[+-]?inf(?:inity)?$/i.test(text) ? null : text
    const number = Number(text)
    return Number.isFinite(number) ? number : null
  }
  if (type === 'boolean') {
    const word = booleanLabel(text)
    return word === null ? text : word === 'true'
  }
  return text
}

function instantOf(cell: Cell): number | null {
  if (typeof cell === 'number') return Math.round(instantOfNumber(cell))
  const text = String(cell).trim()
  if (isNumberText(text)) return Math.round(instantOfNumber(Number(text)))
  const atMs = isDateTimeText(text) ? parseInstant(text) : Number.NaN
  return Number.isNaN(atMs) ? null : Math.floor(atMs)
}
