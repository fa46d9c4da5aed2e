/**
 * Bounds of a quantile of a sample counted on a grid: the order statistic of rank ceil(p·n) lies in one cell.
 *
 * Kinds: numeric. Range: that of the column. Source: statistics.md section 15; golden `grid_sketch`.
 * Example: the median of {1, 2, 3, 4} on the edges 1, 2, 4 lies between 2 and 4.
 */
import { cellBounds, type Grid, type GridCounts } from '@/lib/stats/grid/grid'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'

/**
 * @param probability 0 … 1
 * @returns an interval of values that contains the order statistic, or `too_few_values` for an empty sample
 */
export function quantileOnGrid(
  grid: Grid,
  sample: GridCounts,
  probability: number,
): Outcome<{ readonly lower: number; readonly upper: number }> {
  if (sample.n === 0) return undefinedBecause('too_few_values')
  const rank = Math.max(1, Math.ceil(probability * sample.n))
  let seen = 0
  for (let cell = 0; cell < grid.cellCount; cell++) {
    seen += sample.counts[cell]!
    if (seen < rank) continue
    const bounds = cellBounds(grid, cell)
    return {
      status: 'ok',
      lower: Math.max(bounds.lower, sample.min),
      upper: Math.min(bounds.upper, sample.max),
    }
  }
  return { status: 'ok', lower: sample.max, upper: sample.max }
}
