/** Kolmogorov–Smirnov on a reference grid: proven interval; method header in `ks-counts.ts`. */
import type { Grid, GridCounts } from '@/lib/stats/grid/grid'
import type { Outcome } from '@/lib/stats/outcome'
import { ksFromCounts } from '@/lib/stats/two-sample/ks-counts'

/** 1 for each cell of the grid that holds a single value. */
export function pointCells(grid: Grid): Uint8Array {
  const flags = new Uint8Array(grid.cellCount)
  for (let edge = 0; edge < grid.edges.length; edge++) {
    if (grid.heavy[edge] === 1) flags[grid.startCell[edge]!] = 1
  }
  return flags
}

/**
 * @param grid the grid both samples were counted on
 * @returns the interval that holds the exact two-sample statistic; it is a point on discrete columns
 */
export function ksOnGrid(
  grid: Grid,
  reference: GridCounts,
  current: GridCounts,
): Outcome<{ readonly lower: number; readonly upper: number }> {
  const isPoint = pointCells(grid)
  return ksFromCounts(reference.counts, current.counts, (cell) => isPoint[cell] === 1)
}
