/** Owns a coarser grid of the same reference: distances that are areas hardly change on it, and samples are drawn faster. */
import { cellEndsOf } from '@/lib/stats/grid/cell-ends'
import { type Grid, type GridCounts, gridFromEdges, locateCell } from '@/lib/stats/grid/grid'
import type { NumericPair } from '@/lib/stats/methods/pair'

/** Shares of the reference that cells may be merged up to. */
const MERGED_SHARE = 1 / 80
/** Edges at either end that stay: what is far out moves areas most. */
const KEPT_ENDS = 8

function keptEdges(grid: Grid, { n, counts }: GridCounts): { edges: number[]; heavy: number[] } {
  const last = grid.edges.length - 1
  const edges: number[] = []
  const heavy: number[] = []
  let since = 0
  for (let edge = 0; edge <= last; edge++) {
    const cell = grid.startCell[edge]!
    const isHeavy = grid.heavy[edge] === 1 && counts[cell]! >= n * MERGED_SHARE
    if (edge < KEPT_ENDS || edge > last - KEPT_ENDS || isHeavy || since >= n * MERGED_SHARE) {
      if (isHeavy) heavy.push(edges.length)
      edges.push(grid.edges[edge]!)
      since = 0
    }
    if (!isHeavy) since += counts[cell]!
    if (grid.heavy[edge] === 1 && edge < last) since += counts[cell + 1]!
  }
  return { edges, heavy }
}

/** The reference against itself on a grid of some eighty cells. */
export function thinGrid({ grid, reference, deviation }: NumericPair): NumericPair {
  const { edges, heavy } = keptEdges(grid, reference)
  const thin = gridFromEdges(edges, heavy)
  const { lower, upper } = cellEndsOf(grid)
  const counts = new Float64Array(thin.cellCount)
  const sums = new Float64Array(thin.cellCount)
  for (let cell = 0; cell < grid.cellCount; cell++) {
    const isFirst = cell === 0
    const isLast = cell === grid.cellCount - 1
    const inside = lower[cell]! / 2 + upper[cell]! / 2
    const at = isFirst ? 0 : isLast ? thin.cellCount - 1 : locateCell(thin, inside)
    counts[at]! += reference.counts[cell]!
    sums[at]! += reference.sums[cell]!
  }
  const merged = { ...reference, counts, sums }
  return { kind: 'numeric', grid: thin, reference: merged, current: merged, deviation }
}
