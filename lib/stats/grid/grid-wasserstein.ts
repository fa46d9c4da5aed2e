/**
 * First Wasserstein distance on a reference grid: a proven interval around ∫|F-G|.
 *
 * Sensitive to: shifts, in proportion to how far values moved. Kinds: numeric. Range 0 … ∞, unit of the column.
 * In each cell the signed area of F-G is known exactly from counts and sums; only a cell in which F-G may change
 * sign adds uncertainty, at most 2wPN/(P+N). Source and proof: statistics.md section 15; golden `grid_sketch`.
 * Example: {1, 2, 3, 4} and {2, 3, 4, 5} on the edges 1, 2, 4 lie between 1 and 1.75; the raw values give 1.
 */
import { cellEndsOf } from '@/lib/stats/grid/cell-ends'
import type { Grid, GridCounts } from '@/lib/stats/grid/grid'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'

/**
 * @returns lower and upper end in the unit of the column, or `too_few_values` when a side is empty, `invalid_value` when sums overflow
 */
export function wassersteinOnGrid(
  grid: Grid,
  reference: GridCounts,
  current: GridCounts,
): Outcome<{ readonly lower: number; readonly upper: number }> {
  const { n } = reference
  const m = current.n
  if (n === 0 || m === 0) return undefinedBecause('too_few_values')
  const low = Math.min(reference.min, current.min)
  const high = Math.max(reference.max, current.max)
  const ends = cellEndsOf(grid)
  let lower = 0
  let slack = 0
  let referenceBefore = 0
  let currentBefore = 0
  for (let cell = 0; cell < grid.cellCount; cell++) {
    const left = Math.max(ends.lower[cell]!, low)
    const right = Math.min(ends.upper[cell]!, high)
    const inReference = reference.counts[cell]!
    const inCurrent = current.counts[cell]!
    const width = right - left
    if (width > 0) {
      const before = referenceBefore / n - currentBefore / m
      const p = inReference / n
      const q = inCurrent / m
      const area =
        width * before +
        (inReference * right - reference.sums[cell]!) / n -
        (inCurrent * right - current.sums[cell]!) / m
      lower += Math.abs(area)
      const above = Math.max(0, before + p)
      const below = Math.max(0, q - before)
      if (above > 0 && below > 0) slack += (2 * width * above * below) / (above + below)
    }
    referenceBefore += inReference
    currentBefore += inCurrent
  }
  if (!Number.isFinite(lower + slack)) return undefinedBecause('invalid_value')
  return { status: 'ok', lower, upper: lower + slack }
}
