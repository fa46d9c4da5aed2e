/**
 * Owns the law that samples of a reference are drawn from: points with shares, each in a cell of the grid or a category.
 *
 * The rows of a cell are taken for its mean; those of the outermost cells, which may be wide, are spread over halves, quarters
 * and so on by the power of the rank that has the cell's mean and its far end.
 */
import { cellEndsOf } from '@/lib/stats/grid/cell-ends'
import type { NumericPair, Pair } from '@/lib/stats/methods/pair'

export interface ReferenceLaw {
  /** In sum 1, none of them 0. */
  readonly shares: Float64Array
  readonly cells: Int32Array
  /** Mean value of a point's rows; 0 for categories. */
  readonly values: Float64Array
}

/** Shapes of an end: from one that stops soon to one that hardly has a mean. */
const LIGHTEST_SHAPE = -1
const HEAVIEST_SHAPE = 3

interface Point {
  readonly rows: number
  readonly cell: number
  readonly value: number
}

/** Mean of a generalised Pareto law of unit 1 between two of its ranks. */
function meanBetween(from: number, to: number, shape: number): number {
  if (Math.abs(shape) < 1e-7) return meanBetween(from, to, 1e-6)
  if (Math.abs(1 - shape) < 1e-7) return meanBetween(from, to, 1 - 1e-6)
  const part = ((1 - from) ** (1 - shape) - (1 - to) ** (1 - shape)) / ((1 - shape) * (to - from))
  return (part - 1) / shape
}

/**
 * The rows of an end cell by the generalised Pareto law that has their mean, and the outermost value as the row after them;
 * the outer half of them again by halves.
 * @param near the inner end of the cell @param far the outermost value
 */
function spreadRows(rows: number, cell: number, mean: number, near: number, far: number): Point[] {
  const share = (mean - near) / (far - near)
  if (rows < 4 || !(share > 0) || !(share < 1)) return [{ rows, cell, value: mean }]
  const end = rows / (rows + 1)
  // The farthest of so many rows is about the law's value at this rank.
  const unitOf = (shape: number) => shape / ((0.5 / (rows + 1)) ** -shape - 1)
  let [low, high] = [LIGHTEST_SHAPE, HEAVIEST_SHAPE]
  for (let step = 0; step < 30; step++) {
    const middle = (low + high) / 2 || 1e-8
    if (unitOf(middle) * meanBetween(0, end, middle) > share) low = middle
    else high = middle
  }
  // Beyond the two shapes the law has another mean than the rows.
  const scale = ((far - near) * share) / meanBetween(0, end, low)
  const points: Point[] = []
  for (let from = 0; from < end; ) {
    const left = end - from
    const to = left * (rows + 1) < 2 ? end : from + left / 2
    points.push({ rows: (to - from) * (rows + 1), cell, value: near + scale * meanBetween(from, to, low) })
    from = to
  }
  return points
}

function pointsOf({ grid, reference }: NumericPair): Point[] {
  const { counts, sums, min, max } = reference
  const { lower, upper, isPoint } = cellEndsOf(grid)
  const occupied = Array.from(counts.keys()).filter((cell) => counts[cell]! > 0)
  // The largest value has a cell of its own, so the widest cell of an end may be the one before it.
  const wide = occupied.filter((cell) => isPoint[cell] === 0)
  const [first, last] = [wide[0], wide.at(-1)]
  return occupied.flatMap((cell) => {
    const rows = counts[cell]!
    const mean = sums[cell]! / rows
    if (cell === last && cell !== first && cell >= occupied.at(-2)!)
      return spreadRows(rows, cell, mean, Math.max(lower[cell]!, min), Math.min(upper[cell]!, max))
    if (cell === first && cell !== last && cell <= occupied[1]!)
      return spreadRows(rows, cell, mean, Math.min(upper[cell]!, max), Math.max(lower[cell]!, min))
    return [{ rows, cell, value: mean }]
  })
}

/** Of the reference side of a pair that is not empty. */
export function referenceLaw(pair: Pair): ReferenceLaw {
  const points =
    pair.kind === 'numeric'
      ? pointsOf(pair)
      : pair.reference.flatMap((rows, cell) => (rows > 0 ? [{ rows, cell, value: 0 }] : []))
  const total = points.reduce((sum, { rows }) => sum + rows, 0)
  return {
    shares: Float64Array.from(points, ({ rows }) => rows / total),
    cells: Int32Array.from(points, ({ cell }) => cell),
    values: Float64Array.from(points, ({ value }) => value),
  }
}
