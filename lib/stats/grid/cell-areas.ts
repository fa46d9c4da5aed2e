/**
 * Owns the walk over the cells of a grid that distances between two distribution functions share: in every cell the area of
 * F-G is known exactly from counts and sums, and F-G lies between two ends. Source: statistics.md section 15.
 */
import { cellEndsOf } from '@/lib/stats/grid/cell-ends'
import type { Grid, GridCounts } from '@/lib/stats/grid/grid'

/**
 * Called for every cell that has a width.
 * @param width of the cell, as a part of the range of both samples, so that nothing overflows
 * @param area signed, of F-G over the cell, in the same unit
 * @param smallest what F-G is at least in the cell
 * @param largest what F-G is at most in the cell
 */
export type CellVisitor = (width: number, area: number, smallest: number, largest: number) => void

/** Walks from low to high; both samples have values. @returns the range of both samples, which may be 0 or infinite: then nothing was visited */
export function eachCellArea(
  grid: Grid,
  reference: GridCounts,
  current: GridCounts,
  visit: CellVisitor,
): number {
  const { n } = reference
  const m = current.n
  const low = Math.min(reference.min, current.min)
  const high = Math.max(reference.max, current.max)
  const range = high - low
  if (range === 0 || !Number.isFinite(range)) return range
  const ends = cellEndsOf(grid)
  let [referenceBefore, currentBefore] = [0, 0]
  for (let cell = 0; cell < grid.cellCount; cell++) {
    const left = Math.max(ends.lower[cell]!, low)
    const right = Math.min(ends.upper[cell]!, high)
    const inReference = reference.counts[cell]!
    const inCurrent = current.counts[cell]!
    const width = (right - left) / range
    if (width > 0) {
      const before = referenceBefore / n - currentBefore / m
      const area =
        width * before +
        (inReference * right - reference.sums[cell]!) / range / n -
        (inCurrent * right - current.sums[cell]!) / range / m
      visit(width, area, before - inCurrent / m, before + inReference / n)
    }
    referenceBefore += inReference
    currentBefore += inCurrent
  }
  return range
}
