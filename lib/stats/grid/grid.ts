/**
 * Reference-grid histogram: the mergeable summary of a numeric column.
 *
 * The grid is cut once, at reference quantiles, with point cells for values that hold at least 1/B of the rows.
 * Every later sample is counted on the same cells, so summaries merge by addition, exactly and in any order.
 * Source: statistics.md section 15; the golden file `grid_sketch` is the definition.
 * Example: 1, 2, 3, 4 in two cells have the edges 1, 2, 4, the last with a cell of its own.
 */

/** Cells between two reference quantiles by default. */
export const DEFAULT_GRID_CELLS = 256

/**
 * Cells, in order: (-∞, e₀); for each edge a point cell {e} if heavy, and the interval up to the next edge
 * (closed at e when e is not heavy, open when it is); the last edge is always a point cell; (e_last, ∞).
 */
export interface Grid {
  /** Strictly ascending, finite, at least one. */
  readonly edges: Float64Array
  /** 1 for each edge that has a point cell; the last one always has. */
  readonly heavy: Uint8Array
  /** For each edge, the index of the first cell that starts at it. */
  readonly startCell: Int32Array
  readonly cellCount: number
}

/** Counts and plain sums of one sample on a grid. `counts` and `sums` have one entry a cell. */
export interface GridCounts {
  readonly n: number
  readonly counts: Float64Array
  readonly sums: Float64Array
  /** Smallest and largest value; NaN-free only when n > 0 (then finite). */
  readonly min: number
  readonly max: number
}

/**
 * Makes a grid from its stored form.
 * @param edges strictly ascending finite numbers, at least one
 * @param heavy indexes into `edges` that have a point cell
 * @throws RangeError when edges are empty, not finite or not ascending
 */
export function gridFromEdges(edges: ArrayLike<number>, heavy: ArrayLike<number>): Grid {
  if (edges.length === 0) throw new RangeError('a grid needs at least one edge')
  const sorted = Float64Array.from(edges)
  const flags = new Uint8Array(sorted.length)
  for (let i = 0; i < heavy.length; i++) flags[heavy[i]!] = 1
  flags[sorted.length - 1] = 1
  const startCell = new Int32Array(sorted.length)
  let cell = 1
  for (let i = 0; i < sorted.length; i++) {
    const edge = sorted[i]!
    if (!Number.isFinite(edge) || (i > 0 && edge <= sorted[i - 1]!)) {
      throw new RangeError('grid edges must be finite and strictly ascending')
    }
    startCell[i] = cell
    const isLast = i === sorted.length - 1
    cell += isLast ? 1 : 1 + flags[i]!
  }
  return { edges: sorted, heavy: flags, startCell, cellCount: cell + 1 }
}

/**
 * Cuts the grid of a reference sample.
 * @param sorted finite values in ascending order, at least one
 * @param cells B, the number of quantile cells wished for
 * @throws RangeError on an empty sample
 */
export function buildGrid(sorted: Float64Array, cells: number = DEFAULT_GRID_CELLS): Grid {
  const n = sorted.length
  if (n === 0) throw new RangeError('a grid needs at least one value')
  const edges = new Set<number>([sorted[0]!, sorted[n - 1]!])
  for (let j = 1; j < cells; j++) edges.add(sorted[Math.max(0, Math.ceil((j * n) / cells) - 1)]!)
  const heavyValues = new Set<number>()
  for (let start = 0; start < n; ) {
    let end = start + 1
    while (end < n && sorted[end] === sorted[start]) end++
    if ((end - start) * cells >= n) heavyValues.add(sorted[start]!)
    start = end
  }
  for (const value of heavyValues) edges.add(value)
  // Adding 0 turns -0 into 0, so that both fall on one edge.
  const ascending = [...new Set([...edges].map((edge) => edge + 0))].sort((a, b) => a - b)
  const heavy = ascending.flatMap((edge, index) => (heavyValues.has(edge) ? [index] : []))
  return gridFromEdges(ascending, heavy)
}

/** Index of the cell that holds `value` (finite): binary search over the edges. */
export function locateCell(grid: Grid, value: number): number {
  const { edges } = grid
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (edges[middle]! <= value) low = middle + 1
    else high = middle
  }
  if (low === 0) return 0
  const edge = low - 1
  const cell = grid.startCell[edge]!
  if (edges[edge] === value) return cell
  return cell + grid.heavy[edge]!
}

/** Bounds of a cell; a point cell has equal ends; the open ends are ±Infinity. */
export function cellBounds(grid: Grid, cell: number): { lower: number; upper: number } {
  if (cell === 0) return { lower: Number.NEGATIVE_INFINITY, upper: grid.edges[0]! }
  if (cell === grid.cellCount - 1) {
    return { lower: grid.edges[grid.edges.length - 1]!, upper: Number.POSITIVE_INFINITY }
  }
  let low = 0
  let high = grid.startCell.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (grid.startCell[middle]! <= cell) low = middle + 1
    else high = middle
  }
  const edge = low - 1
  const lower = grid.edges[edge]!
  const isPoint = grid.heavy[edge] === 1 && cell === grid.startCell[edge]
  return { lower, upper: isPoint ? lower : grid.edges[edge + 1]! }
}

/** Counts finite values on a grid. */
export function countOnGrid(grid: Grid, values: ArrayLike<number>): GridCounts {
  const counts = new Float64Array(grid.cellCount)
  const sums = new Float64Array(grid.cellCount)
  let min = Number.POSITIVE_INFINITY
  let max = Number.NEGATIVE_INFINITY
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    const cell = locateCell(grid, value)
    counts[cell]!++
    sums[cell]! += value
    if (value < min) min = value
    if (value > max) max = value
  }
  return { n: values.length, counts, sums, min, max }
}

/** Adds two samples counted on the same grid. */
export function mergeGridCounts(a: GridCounts, b: GridCounts): GridCounts {
  return {
    n: a.n + b.n,
    counts: a.counts.map((count, cell) => count + b.counts[cell]!),
    sums: a.sums.map((sum, cell) => sum + b.sums[cell]!),
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
  }
}
