/**
 * Owns making a value only as exact as the summaries are: a number becomes one that stands for its cell of the
 * reference grid, a category that the reference does not know becomes a row of asterisks. What is exact is never
 * written then, and the summaries count the same cells, categories, lengths and missing values as without.
 */
import type { ColumnProfile } from '@/lib/domain/profile'
import type { Scalar } from '@/lib/domain/record'
import { cellBounds, type Grid, gridFromEdges, locateCell } from '@/lib/stats/grid/grid'

export type Coarsen = (value: Scalar) => Scalar

/** Numbers without a cell keep this many digits. */
const KEPT_DIGITS = 2

/** For a feature that has no reference: two significant digits, asterisks in the length of a text. */
export const coarsenPlain: Coarsen = (value) => {
  if (typeof value === 'number') return Number(value.toPrecision(KEPT_DIGITS))
  return typeof value === 'string' ? '*'.repeat(value.length) : value
}

/** For a feature with this reference column. */
export function createCoarsen(column: ColumnProfile | undefined): Coarsen {
  if (column === undefined) return coarsenPlain
  if (column.kind === 'numeric' && column.grid)
    return onGrid(column, gridFromEdges(column.grid.edges, column.grid.heavy))
  const known = new Set(
    column.kind === 'categorical' ? (column.categories ?? []).map(({ label }) => label) : [],
  )
  return (value) => (value !== null && known.has(String(value)) ? value : coarsenPlain(value))
}

function onGrid(column: ColumnProfile, grid: Grid): Coarsen {
  const range = column.expectations.find((expectation) => expectation.kind === 'range')
  const isWhole = column.type === 'integer'
  const first = grid.edges[0] ?? 0
  const last = grid.edges[grid.edges.length - 1] ?? 0
  return (value) => {
    if (typeof value !== 'number') return coarsenPlain(value)
    if (value < first) return outside(value, Math.floor, range?.min, first)
    if (value > last) return outside(value, Math.ceil, range?.max, last)
    const cell = locateCell(grid, value)
    const { lower, upper } = cellBounds(grid, cell)
    const middle = lower + (upper - lower) / 2
    const candidates = isWhole
      ? [Math.floor(middle), Math.ceil(middle), upper, lower]
      : [middle, upper, lower]
    return candidates.find((candidate) => locateCell(grid, candidate) === cell) ?? middle
  }
}

/** A value beyond the grid, cut to two digits away from it, and on the same side of what is expected. */
function outside(
  value: number,
  round: (scaled: number) => number,
  expected: number | undefined,
  edge: number,
): number {
  if (value === 0) return 0
  const digits = Math.floor(Math.log10(Math.abs(value))) - (KEPT_DIGITS - 1)
  const unit = 10 ** Math.abs(digits)
  const cut = digits < 0 ? round(value * unit) / unit : round(value / unit) * unit
  if (!Number.isFinite(cut)) return value
  if (expected === undefined) return cut
  // Within the expectation it must not step out of it.
  const isBeyond = value > edge ? value > expected : value < expected
  if (isBeyond) return cut
  return value > edge ? Math.min(cut, expected) : Math.max(cut, expected)
}
