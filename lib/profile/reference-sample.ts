/** Owns drawing rows of the reference for the methods that look at whole records. */
import { columnKey } from '@/lib/domain/column'
import type { ColumnProfile, ReferenceSample } from '@/lib/domain/profile'
import type { Spill } from '@/lib/profile/spill'
import { readLabels, readNumbers, type TableColumn } from '@/lib/profile/table-values'
import { encodeSummary } from '@/lib/summary/codec'
import { rowHash } from '@/lib/summary/row-hash'
import {
  DEFAULT_SAMPLE_ROWS,
  isSampled,
  MAX_SAMPLED_COLUMNS,
  type RowColumn,
  sampledNumber,
  widthOf,
} from '@/lib/summary/rows'

/** Rows of the reference with the values of its sampled features. */
export interface DrawnRows {
  /** Numbers of the rows in the table. */
  readonly picked: Int32Array
  readonly profiles: readonly ColumnProfile[]
  /** In the order of `profiles`, by drawn row. */
  readonly columns: readonly RowColumn[]
}

/**
 * @param rows of the table
 * @param columns in the order of the profile
 * @returns the same rows for the same table each time; null where no feature has numbers or categories
 */
export async function drawReferenceRows(
  rows: number,
  columns: readonly { profile: ColumnProfile; column: TableColumn }[],
  spill: Spill,
): Promise<DrawnRows | null> {
  const sampled = columns.filter(({ profile }) => isSampled(profile)).slice(0, MAX_SAMPLED_COLUMNS)
  if (sampled.length === 0) return null
  const picked = pickRows(rows)
  const drawn: RowColumn[] = []
  for (const { profile, column } of sampled) drawn.push(await readColumn(profile, column, picked, spill))
  return { picked, profiles: sampled.map(({ profile }) => profile), columns: drawn }
}

/**
 * The drawn rows as a profile keeps them.
 * @param instants by row of the table, NaN where missing; null without a column of times
 */
export function encodeSample(
  { picked, profiles, columns }: DrawnRows,
  instants: Float64Array | null,
): ReferenceSample {
  const hashes = Float64Array.from(picked, (row) => rowHash('', row))
  const summary = { kind: 'rows', capacity: DEFAULT_SAMPLE_ROWS, hashes, columns } as const
  return {
    rows: picked.length,
    columns: profiles.map(columnKey),
    encoded: Buffer.from(encodeSummary(summary)).toString('base64'),
    instants: instants && Array.from(picked, (row) => finiteOrNull(instants[row])),
  }
}

const finiteOrNull = (value: number | undefined) =>
  value !== undefined && Number.isFinite(value) ? value : null

/** Numbers of the rows of smallest hash, in the order of their hashes. */
function pickRows(rows: number): Int32Array {
  const hashes = new Float64Array(rows)
  for (let row = 0; row < rows; row++) hashes[row] = rowHash('', row)
  const limit = hashes.slice().sort()[DEFAULT_SAMPLE_ROWS - 1] ?? Number.POSITIVE_INFINITY
  const picked: number[] = []
  hashes.forEach((hash, row) => {
    if (hash <= limit) picked.push(row)
  })
  return Int32Array.from(picked.sort((a, b) => (hashes[a] ?? 0) - (hashes[b] ?? 0)))
}

async function readColumn(
  profile: ColumnProfile,
  column: TableColumn,
  picked: Int32Array,
  spill: Spill,
): Promise<RowColumn> {
  if (profile.kind === 'numeric') {
    const numbers = await readNumbers(spill, column)
    const width = widthOf(profile)
    return {
      kind: 'numbers',
      width,
      values: Float64Array.from(picked, (row) => sampledNumber(numbers[row], width)),
    }
  }
  const labels = await readLabels(spill, column)
  return { kind: 'labels', values: Array.from(picked, (row) => labels[row] ?? null) }
}
