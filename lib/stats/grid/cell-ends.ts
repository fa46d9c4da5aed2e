/** Owns what every pass over the cells of a grid needs, worked out once a grid: their ends, and which hold one value only. */
import { cellBounds, type Grid } from '@/lib/stats/grid/grid'

export interface CellEnds {
  readonly lower: Float64Array
  readonly upper: Float64Array
  /** 1 for each cell that holds a single value. */
  readonly isPoint: Uint8Array
}

const known = new WeakMap<Grid, CellEnds>()

/** Ends of all cells, in order; those of the two open cells are infinite. */
export function cellEndsOf(grid: Grid): CellEnds {
  const before = known.get(grid)
  if (before) return before
  const ends = {
    lower: new Float64Array(grid.cellCount),
    upper: new Float64Array(grid.cellCount),
    isPoint: new Uint8Array(grid.cellCount),
  }
  for (let cell = 0; cell < grid.cellCount; cell++) {
    const { lower, upper } = cellBounds(grid, cell)
    ends.lower[cell] = lower
    ends.upper[cell] = upper
    ends.isPoint[cell] = lower === upper ? 1 : 0
  }
  known.set(grid, ends)
  return ends
}
