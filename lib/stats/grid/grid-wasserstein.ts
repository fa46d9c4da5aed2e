/**
 * First Wasserstein distance on a reference grid: a proven interval around ∫|F-G|.
 *
 * Sensitive to: shifts, in proportion to how far values moved. Kinds: numeric. Range 0 … ∞, unit of the column.
 * In each cell the signed area of F-G is known exactly from counts and sums; only a cell in which F-G may change
 * sign adds uncertainty, at most 2wPN/(P+N). Source and proof: statistics.md section 15; golden `grid_sketch`.
 * Example: {1, 2, 3, 4} and {2, 3, 4, 5} on the edges 1, 2, 4 lie between 1 and 1.75; the raw values give 1.
 */
import { eachCellArea } from '@/lib/stats/grid/cell-areas'
import type { Grid, GridCounts } from '@/lib/stats/grid/grid'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'

/**
 * @returns lower and upper end in the unit of the column, `too_few_values` when a side is empty, `invalid_value` when the range overflows
 */
export function wassersteinOnGrid(
  grid: Grid,
  reference: GridCounts,
  current: GridCounts,
): Outcome<{ readonly lower: number; readonly upper: number }> {
  if (reference.n === 0 || current.n === 0) return undefinedBecause('too_few_values')
  let [lower, slack] = [0, 0]
  const range = eachCellArea(grid, reference, current, (width, area, smallest, largest) => {
    lower += Math.abs(area)
    if (largest > 0 && smallest < 0) slack += (2 * width * largest * -smallest) / (largest - smallest)
  })
  if (!Number.isFinite(range)) return undefinedBecause('invalid_value')
  return { status: 'ok', lower: range * lower, upper: range * (lower + slack) }
}
