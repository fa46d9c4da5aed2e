/** Owns the histogram kept with an evaluation: at most 40 bins, unions of grid cells with their true edges. */
import type { EvaluationDetail } from '@/lib/domain/evaluation'
import { cellBounds, locateCell } from '@/lib/stats/grid/grid'
import { quantileOnGrid } from '@/lib/stats/grid/grid-quantile'
import type { CategoryPair, NumericPair, Pair } from '@/lib/stats/methods/pair'
import { pairSizes } from '@/lib/stats/methods/pair'

type Bins = NonNullable<EvaluationDetail['bins']>

/** Bins between the 1st and the 99th percentile; one more on each side and two open ends stay below 40. */
const INNER_BINS = 30
const MAX_CATEGORIES = 39

/** Five decimals are finer than any chart; thousands of these are stored. */
const share = (count: number, n: number) => (n === 0 ? 0 : Math.round((count / n) * 1e5) / 1e5)

/** Edges to as many digits as keep every bin apart, with two to spare. */
function shortened(edges: readonly (number | null)[]): (number | null)[] {
  const finite = edges.filter((edge) => edge !== null)
  const size = Math.max(...finite.map(Math.abs))
  const gaps = finite.slice(1).map((edge, i) => edge - (finite[i] ?? edge))
  const digits = Math.ceil(Math.log10(size / Math.min(...gaps.filter((gap) => gap > 0)))) + 3
  if (!(digits < 17)) return [...edges]
  return edges.map((edge) => (edge === null ? null : Number(edge.toPrecision(Math.max(4, digits)))))
}

/** First cells of bins of about equal width: cells are narrow where values are, so little is lost by snapping. */
function firstCells({ grid, reference }: NumericPair): number[] {
  const low = quantileOnGrid(grid, reference, 0.01)
  const high = quantileOnGrid(grid, reference, 0.99)
  const cells = new Set([0, 1, grid.cellCount - 1])
  if (low.status !== 'ok' || high.status !== 'ok') return [...cells].sort((a, b) => a - b)
  const width = (high.upper - low.lower) / INNER_BINS
  for (let i = 0; i <= INNER_BINS; i++) {
    const cell = locateCell(grid, low.lower + i * width)
    if (cell > 0) cells.add(cell)
  }
  return [...cells].sort((a, b) => a - b)
}

function sumOf(counts: ArrayLike<number>, from: number, to: number): number {
  let sum = 0
  for (let cell = from; cell < to; cell++) sum += counts[cell] ?? 0
  return sum
}

function numericBins(pair: NumericPair): Bins {
  const { n, m } = pairSizes(pair)
  const { grid } = pair
  const starts = firstCells(pair)
  const rows = starts.map((from, i) => {
    const to = starts[i + 1] ?? grid.cellCount
    return {
      lower: cellBounds(grid, from).lower,
      upper: cellBounds(grid, to - 1).upper,
      reference: sumOf(pair.reference.counts, from, to),
      current: sumOf(pair.current.counts, from, to),
    }
  })
  // The open ends are drawn only where something lies in them.
  const drawn = rows.filter(
    (row) => (Number.isFinite(row.lower) && Number.isFinite(row.upper)) || row.reference + row.current > 0,
  )
  const finite = (edge: number) => (Number.isFinite(edge) ? edge : null)
  return {
    edges: shortened([...drawn.map((row) => finite(row.lower)), finite(drawn.at(-1)?.upper ?? 0)]),
    reference: drawn.map((row) => share(row.reference, n)),
    current: drawn.map((row) => share(row.current, m)),
  }
}

/** A numeric column with few different values, as its values: point cells have no width to draw. */
function discreteBins(pair: NumericPair): Bins | null {
  const { grid, reference, current } = pair
  const { n, m } = pairSizes(pair)
  const rows: { label: string; reference: number; current: number }[] = []
  let elsewhere = 0
  for (let cell = 0; cell < grid.cellCount; cell++) {
    const { lower, upper } = cellBounds(grid, cell)
    const counts = { reference: reference.counts[cell] ?? 0, current: current.counts[cell] ?? 0 }
    if (lower === upper) rows.push({ label: String(lower), ...counts })
    else elsewhere += counts.current
    // Most columns are found not to be discrete within a few cells.
    if (rows.length > INNER_BINS || (lower !== upper && counts.reference > 0)) return null
  }
  if (elsewhere > 0) rows.push({ label: 'other values', reference: 0, current: elsewhere })
  return {
    labels: rows.map((row) => row.label),
    reference: rows.map((row) => share(row.reference, n)),
    current: rows.map((row) => share(row.current, m)),
  }
}

function categoryBins(pair: CategoryPair): Bins {
  const { n, m } = pairSizes(pair)
  const rows = pair.labels
    .map((label, j) => ({
      label,
      reference: share(pair.reference[j] ?? 0, n),
      current: share(pair.current[j] ?? 0, m),
    }))
    .sort((a, b) => Math.max(b.reference, b.current) - Math.max(a.reference, a.current))
  const shown = rows.slice(0, rows.length > MAX_CATEGORIES ? MAX_CATEGORIES - 1 : MAX_CATEGORIES)
  const rest = rows.slice(shown.length)
  if (rest.length > 0) {
    const sum = (side: 'reference' | 'current') =>
      share(
        rest.reduce((total, row) => total + row[side], 0),
        1,
      )
    shown.push({ label: `${rest.length} more`, reference: sum('reference'), current: sum('current') })
  }
  return {
    labels: shown.map((row) => row.label),
    reference: shown.map((row) => row.reference),
    current: shown.map((row) => row.current),
  }
}

/** Shares of both sides on bins a chart can draw; null edges are open ends. */
export function drawnBins(pair: Pair): Bins {
  if (pair.kind === 'categorical') return categoryBins(pair)
  return discreteBins(pair) ?? numericBins(pair)
}
