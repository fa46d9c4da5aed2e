/**
 * Automatic edges of equal-width bins: Sturges, Doane, Scott, Freedman–Diaconis, square root, and auto.
 *
 * Bins are closed on the left, the last one on both sides; a constant column gets one bin of width 1.
 * Source: NumPy's rules; Doane 1976; statistics.md 4.1; golden `histogram_edges`.
 * Serves: binning numeric columns before a divergence. Example: 0, 1, … 9 by Sturges make five bins of width 1.8.
 */
import { quantileOfSorted } from '@/lib/stats/quantile'
import { deviationOf, meanOf, sumOf } from '@/lib/stats/sum'

export type EdgeRule = 'sturges' | 'doane' | 'scott' | 'fd' | 'sqrt' | 'auto'

/** A rule may ask for absurdly many bins on heavy-tailed data. */
const MAX_BINS = 10_000

function doaneWidth(values: Float64Array, range: number): number {
  const n = values.length
  const mean = meanOf(values)
  const deviation = deviationOf(values)
  if (n <= 2 || mean === null || deviation === null || deviation === 0) return 0
  const skew = Math.abs(sumOf(values.map((value) => ((value - mean) / deviation) ** 3)) / n)
  const sigma = Math.sqrt((6 * (n - 2)) / ((n + 1) * (n + 3)))
  return range / (1 + Math.log2(n) + Math.log2(1 + skew / sigma))
}

/** Bin width of a rule; 0 asks for one bin. */
function widthOf(rule: EdgeRule, sorted: Float64Array, range: number): number {
  const n = sorted.length
  const iqr = () => (quantileOfSorted(sorted, 0.75) ?? 0) - (quantileOfSorted(sorted, 0.25) ?? 0)
  switch (rule) {
    case 'sturges':
      return range / (Math.log2(n) + 1)
    case 'doane':
      return doaneWidth(sorted, range)
    case 'scott':
      return ((24 * Math.sqrt(Math.PI)) / n) ** (1 / 3) * (deviationOf(sorted) ?? 0)
    case 'fd':
      return 2 * iqr() * n ** (-1 / 3)
    case 'sqrt':
      return range / Math.sqrt(n)
    case 'auto': {
      const fd = widthOf('fd', sorted, range)
      const sturges = widthOf('sturges', sorted, range)
      return fd > 0 ? Math.min(fd, sturges) : sturges
    }
  }
}

/** `bins` + 1 equally spaced edges from `low` to `high`, the last one exactly `high`. */
export function equalWidthEdges(low: number, high: number, bins: number): number[] {
  const step = (high - low) / bins
  return Array.from({ length: bins + 1 }, (_, i) => (i === bins ? high : low + i * step))
}

/**
 * @param values finite numbers in any order, at least one
 * @throws RangeError without values, and where one is no finite number or all of them span more than one
 */
export function histogramEdges(values: ArrayLike<number>, rule: EdgeRule): number[] {
  if (values.length === 0) throw new RangeError('histogram edges need at least one value')
  const sorted = Float64Array.from(values).sort()
  const low = sorted[0]!
  const high = sorted[sorted.length - 1]!
  // Sorting puts what is no number at the end.
  if (!Number.isFinite(high - low)) throw new RangeError('histogram edges need finite values')
  if (low === high) return [low - 0.5, high + 0.5]
  const width = widthOf(rule, sorted, high - low)
  const bins = width > 0 ? Math.ceil((high - low) / width) : 1
  return equalWidthEdges(low, high, Math.min(MAX_BINS, Math.max(1, bins)))
}

/** Cells of the guide, for each bin and at least: so many that hardly any value shares its cell with an edge. */
const GUIDE_CELLS = 8
const LEAST_GUIDE_CELLS = 1024

/**
 * Counts by bin; values outside the edges are not counted. A guide of equal cells says between which edges a value lies;
 * only edges in the value's own cell are compared with it, so the answer is that of a search through all of them.
 * @param edges finite, ascending, at least two
 */
export function countInBins(values: ArrayLike<number>, edges: readonly number[]): number[] {
  const bins = edges.length - 1
  const counts = new Float64Array(bins)
  const ends = Float64Array.from(edges)
  const [first, last] = [ends[0]!, ends[bins]!]
  const cells = Math.max(LEAST_GUIDE_CELLS, bins * GUIDE_CELLS)
  const scale = cells / (last - first)
  // What is too large or too small for a number of a cell lies in the first one, edges and values alike.
  const cellOf = (value: number) => ((value - first) * scale) | 0
  const edgesBefore = new Int32Array(cells + 2)
  for (let j = 0; j <= bins; j++) edgesBefore[cellOf(ends[j]!) + 1]!++
  for (let cell = 1; cell < edgesBefore.length; cell++) edgesBefore[cell]! += edgesBefore[cell - 1]!
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!(value >= first && value <= last)) continue
    const cell = ((value - first) * scale) | 0
    let low = edgesBefore[cell]!
    let high = edgesBefore[cell + 1]!
    while (low < high) {
      const middle = (low + high) >>> 1
      if (ends[middle]! <= value) low = middle + 1
      else high = middle
    }
    counts[low > bins ? bins - 1 : low - 1]!++
  }
  return Array.from(counts)
}
