/** Owns what tests of summaries share: column profiles cut from values, and folding in one call. */
import type { ColumnProfile, Expectation } from '@/lib/domain/profile'
import type { Scalar } from '@/lib/domain/record'
import { BLANK_COLUMN } from '@/lib/domain/testing'
import { buildGrid, countOnGrid } from '@/lib/stats/grid/grid'
import { createColumnFold } from '@/lib/summary/fold-column'
import type { ColumnSummary, GridSummary } from '@/lib/summary/types'

/** Profile of a numeric column with a grid of `cells` cut from `reference` (not empty). */
export function numericProfile(
  reference: readonly number[],
  change: Partial<ColumnProfile> & { cells?: number; expectations?: readonly Expectation[] } = {},
): ColumnProfile {
  const { cells = 256, ...rest } = change
  const sorted = Float64Array.from(reference).sort()
  const grid = buildGrid(sorted, cells)
  const { counts, sums } = countOnGrid(grid, sorted)
  const heavy = [...grid.heavy].flatMap((flag, edge) => (flag ? [edge] : []))
  return {
    ...BLANK_COLUMN,
    rows: reference.length,
    grid: { edges: [...grid.edges], heavy, counts: [...counts], sums: [...sums] },
    ...rest,
  }
}

/** Profile of a categorical column that saw these labels once each. */
export function categoricalProfile(
  labels: readonly string[],
  change: Partial<ColumnProfile> = {},
): ColumnProfile {
  return {
    ...BLANK_COLUMN,
    type: 'string',
    kind: 'categorical',
    rows: labels.length,
    distinct: labels.length,
    categories: labels.map((label) => ({ label, count: 1 })),
    ...change,
  }
}

/** Summary of values under a column profile. */
export function foldValues(
  column: ColumnProfile | null,
  values: Iterable<Scalar | undefined>,
): ColumnSummary {
  const fold = createColumnFold(column)
  for (const value of values) fold.add(value)
  return fold.summary()
}

/** The same for a numeric column that has a grid. */
export function foldNumbers(column: ColumnProfile, values: Iterable<number>): GridSummary {
  const summary = foldValues(column, values)
  if (summary.kind !== 'grid') throw new TypeError('the column has no grid')
  return summary
}
