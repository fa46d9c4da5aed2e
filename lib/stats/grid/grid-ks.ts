/**
 * Kolmogorov–Smirnov on a reference grid: a proven interval around D = sup |F-G|, a point where cells hold one value each.
 *
 * Sensitive to: any change of distribution, most in the middle. Kinds: numeric. Range 0 … 1. The p-value is that of the
 * lower end (`kolmogorov.ts`). Source: statistics.md 3.2 and 15, proof in `ks-counts.ts`; golden `grid_sketch`.
 * Example: {1, 2, 3, 4} and {3, 3, 3, 3} on the edges 1, 2, 4 lie between 0.25 and 0.75; the raw values give 0.5.
 */
import { cellEndsOf } from '@/lib/stats/grid/cell-ends'
import type { Grid, GridCounts } from '@/lib/stats/grid/grid'
import type { Outcome } from '@/lib/stats/outcome'
import { ksFromCounts } from '@/lib/stats/two-sample/ks-counts'

/**
 * @param grid the grid both samples were counted on
 * @returns the interval that holds the exact two-sample statistic; it is a point on discrete columns
 */
export function ksOnGrid(
  grid: Grid,
  reference: GridCounts,
  current: GridCounts,
): Outcome<{ readonly lower: number; readonly upper: number }> {
  const { isPoint } = cellEndsOf(grid)
  return ksFromCounts(reference.counts, current.counts, (cell) => isPoint[cell] === 1)
}
