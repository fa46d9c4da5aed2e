/** Owns turning JSON objects into rows: nested objects are flattened, and columns are found as they come. */
import { AppError } from '@/lib/domain/errors'
import { type Cell, checkColumnNames, type ReferenceLimits } from '@/lib/profile/rows'

/** Objects under these names hold the features of a logged record; their keys count as columns of their own. */
const FEATURE_OBJECTS: ReadonlySet<string> = new Set(['features', 'inputs', 'input'])
const MAX_DEPTH = 8

export interface JsonRows {
  readonly columns: readonly string[]
  /** The row of one parsed value. @throws AppError when it is no object, with the place */
  rowOf(value: unknown, place: string): Cell[]
}

/** Columns are numbered in the order in which they first appear. */
export function createJsonRows(limits: ReferenceLimits): JsonRows {
  const columns: string[] = []
  const positions = new Map<string, number>()

  function put(row: Cell[], name: string, cell: Cell): void {
    let position = positions.get(name)
    if (position === undefined) {
      position = columns.length
      checkColumnNames([name], limits)
      columns.push(name)
      positions.set(name, position)
      if (columns.length > limits.maxColumns) checkColumnNames(columns, limits)
    }
    while (row.length < position) row.push(null)
    row[position] = cell
  }

  function flatten(row: Cell[], prefix: string, value: object, depth: number): void {
    for (const [key, inner] of Object.entries(value)) {
      const isFeatureObject = prefix === '' && FEATURE_OBJECTS.has(key)
      const name = isFeatureObject ? '' : prefix === '' ? key : `${prefix}.${key}`
      if (inner !== null && typeof inner === 'object' && !Array.isArray(inner) && depth < MAX_DEPTH) {
        flatten(row, name, inner, depth + 1)
      } else {
        put(row, name === '' ? key : name, cellOf(inner))
      }
    }
  }

  return {
    columns,
    rowOf(value, place) {
      if (value === null || typeof value !== 'object' || Array.isArray(value)) {
        throw new AppError('invalid', `${place} is not a JSON object; every row must be one.`, {
          reason: 'row_not_object',
        })
      }
      const row: Cell[] = []
      flatten(row, '', value, 0)
      return row
    },
  }
}

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  return JSON.stringify(value)
}
