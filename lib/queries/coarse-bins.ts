/** Owns drawing a reference column on few bins: a grid's cells gathered into equal widths, or its top categories. */
import type { ColumnProfile } from '@/lib/domain/profile'
import { cellBounds, gridFromEdges } from '@/lib/stats/grid/grid'

const MAX_BINS = 40

export interface CoarseBins {
  readonly edges?: readonly number[]
  readonly labels?: readonly string[]
  readonly shares: readonly number[]
}

/**
 * Shares of the present values. A cell that spans several bins is spread evenly over its width; the widest 1 % at
 * either end is gathered into the outer bins, so that an outlier does not flatten the picture.
 */
export function coarseBins(column: ColumnProfile): CoarseBins | null {
  const present = column.rows - column.missing
  if (present <= 0) return null
  if (column.categories) {
    const top = column.categories.slice(0, MAX_BINS)
    return { labels: top.map((entry) => entry.label), shares: top.map((entry) => entry.count / present) }
  }
  if (!column.grid || column.grid.edges.length === 0) return null
  const grid = gridFromEdges(column.grid.edges, column.grid.heavy)
  const low = column.quantiles?.['0.01'] ?? column.grid.edges[0] ?? 0
  const high = column.quantiles?.['0.99'] ?? column.grid.edges.at(-1) ?? 0
  if (!(high > low)) return { edges: [low, low], shares: [1] }
  const width = (high - low) / MAX_BINS
  const shares = new Array<number>(MAX_BINS).fill(0)
  const binOf = (value: number) => Math.max(0, Math.min(MAX_BINS - 1, Math.floor((value - low) / width)))
  column.grid.counts.forEach((count, cell) => {
    if (count === 0) return
    const { lower, upper } = cellBounds(grid, cell)
    const first = binOf(Number.isFinite(lower) ? lower : low)
    const last = binOf(Number.isFinite(upper) ? upper : high)
    for (let bin = first; bin <= last; bin++) {
      const from = Math.max(lower, bin === 0 ? lower : low + bin * width)
      const to = Math.min(upper, bin === MAX_BINS - 1 ? upper : low + (bin + 1) * width)
      const part =
        first === last || !(upper > lower) || !Number.isFinite(upper - lower)
          ? 1 / (last - first + 1)
          : Math.max(0, to - from) / (upper - lower)
      shares[bin] = (shares[bin] ?? 0) + (count / present) * part
    }
  })
  return { edges: Array.from({ length: MAX_BINS + 1 }, (_, index) => low + index * width), shares }
}
