/**
 * Energy distance on a reference grid: a proven interval around √(2 ∫(F-G)²).
 *
 * Sensitive to: any change, most to shifts. Kinds: numeric. Range 0 … ∞, in the root of the column's unit; distance, no
 * p-value. In a cell of width w the signed area A of F-G is known exactly from counts and sums, and F-G lies between
 * a = Δ - q and b = Δ + p, so A²/w ≤ ∫(F-G)² ≤ (a + b)A - abw: the least is Jensen's inequality, the most that of
 * Bhatia & Davis 2000. Source: Székely & Rizzo 2013; statistics.md 3.9 and section 15; held against the raw distance
 * of golden `energy_distance` by property tests. Example: {0} and {2}, on a grid with both as cells, give 2.
 */
import { eachCellArea } from '@/lib/stats/grid/cell-areas'
import type { Grid, GridCounts } from '@/lib/stats/grid/grid'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'

/** @returns lower and upper end, or `too_few_values` when a side is empty */
export function energyOnGrid(
  grid: Grid,
  reference: GridCounts,
  current: GridCounts,
): Outcome<{ readonly lower: number; readonly upper: number }> {
  if (reference.n === 0 || current.n === 0) return undefinedBecause('too_few_values')
  let [least, most] = [0, 0]
  const range = eachCellArea(grid, reference, current, (width, area, smallest, largest) => {
    // Rounding may carry the mean a digit beyond its ends.
    const mean = Math.min(largest, Math.max(smallest, area / width))
    least += width * mean * mean
    most += width * Math.max(mean * mean, (smallest + largest) * mean - smallest * largest)
  })
  if (!Number.isFinite(range)) return undefinedBecause('invalid_value')
  const root = Math.sqrt(2 * range)
  return { status: 'ok', lower: root * Math.sqrt(least), upper: root * Math.sqrt(Math.max(least, most)) }
}
