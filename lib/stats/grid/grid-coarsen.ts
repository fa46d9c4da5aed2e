/** Owns coarser bins as unions of grid cells: counts on them are exact, so divergences on them are exact too. */
import { cellBounds, type Grid, type GridCounts } from '@/lib/stats/grid/grid'

/** Consecutive cells [firstCell[k], firstCell[k+1]) make bin k; `lower` and `upper` are its ends. */
export interface CoarseBins {
  readonly firstCell: readonly number[]
  readonly cellCount: number
  readonly lower: readonly number[]
  readonly upper: readonly number[]
}

/**
 * Cuts a grid into bins that hold about equal shares of the reference, never splitting a cell; the two open
 * cells beyond the reference range are bins of their own.
 * @param bins how many bins inside the reference range are wished for
 */
export function coarsenGrid(grid: Grid, reference: GridCounts, bins: number): CoarseBins {
  const firstCell = [0]
  let seen = 0
  for (let cell = 1; cell < grid.cellCount - 1; cell++) {
    const inside = firstCell.length - 1
    // Close a bin once its share of the reference is reached.
    if (inside === 0 || (seen * bins >= inside * reference.n && inside < bins)) firstCell.push(cell)
    seen += reference.counts[cell]!
  }
  firstCell.push(grid.cellCount - 1)
  const lower = firstCell.map((cell) => cellBounds(grid, cell).lower)
  const upper = firstCell.map((_, bin) => cellBounds(grid, (firstCell[bin + 1] ?? grid.cellCount) - 1).upper)
  return { firstCell, cellCount: grid.cellCount, lower, upper }
}

/** Counts of one sample on coarse bins. */
export function countsOnBins(bins: CoarseBins, counts: ArrayLike<number>): number[] {
  return bins.firstCell.map((first, bin) => {
    const end = bins.firstCell[bin + 1] ?? bins.cellCount
    let sum = 0
    for (let cell = first; cell < end; cell++) sum += counts[cell]!
    return sum
  })
}
