/**
 * How Evidently and NannyML cut raw samples into bins before a divergence; for comparison with them.
 * Our own monitoring uses unions of grid cells instead (`grid-coarsen.ts`). Source: statistics.md 4.2 and 4.3.
 */
import { countInBins, histogramEdges } from '@/lib/stats/divergence/histogram-edges'

/** A raw value without its missing ones. */
export type Sample = readonly (number | string)[]

/** Counts of both samples on shared bins. */
export interface BinnedPair {
  readonly reference: readonly number[]
  readonly current: readonly number[]
}

/** Above this many different reference values Evidently bins a numeric column. */
const EVIDENTLY_DISTINCT = 20

function countCategories(sample: Sample, categories: readonly (number | string)[]): number[] {
  const index = new Map(categories.map((category, j) => [category, j]))
  const counts = new Array<number>(categories.length).fill(0)
  for (const value of sample) {
    const j = index.get(value)
    if (j !== undefined) counts[j]!++
  }
  return counts
}

/** Counts by category over the union of both samples, categories in the order of their text. */
export function countByCategory(
  reference: Sample,
  current: Sample,
): BinnedPair & { categories: (number | string)[] } {
  const categories = [...new Set([...reference, ...current])].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1,
  )
  return {
    categories,
    reference: countCategories(reference, categories),
    current: countCategories(current, categories),
  }
}

/** Evidently: Sturges edges on the pooled sample when the reference has more than 20 different numbers, else categories. */
export function evidentlyBins(reference: Sample, current: Sample, numeric: boolean): BinnedPair {
  if (!numeric || new Set(reference).size <= EVIDENTLY_DISTINCT) return countByCategory(reference, current)
  const x = reference.map(Number)
  const y = current.map(Number)
  const edges = histogramEdges([...x, ...y], 'sturges')
  return { reference: countInBins(x, edges), current: countInBins(y, edges) }
}

/** Evidently's Hellinger: Sturges edges on the different values of both samples, so that repeated ones do not change the bins. */
export function evidentlyHellingerBins(reference: Sample, current: Sample, numeric: boolean): BinnedPair {
  if (!numeric) return countByCategory(reference, current)
  const x = reference.map(Number)
  const y = current.map(Number)
  const edges = histogramEdges([...new Set([...x, ...y])], 'sturges')
  return { reference: countInBins(x, edges), current: countInBins(y, edges) }
}

/** NannyML: Doane edges of the reference (or its categories); current values outside make one extra bin. */
export function nannymlBins(reference: Sample, current: Sample, numeric: boolean): BinnedPair {
  const edges = numeric ? histogramEdges(reference.map(Number), 'doane') : []
  const categories = numeric ? [] : [...new Set(reference)]
  const count = (sample: Sample) =>
    numeric ? countInBins(sample.map(Number), edges) : countCategories(sample, categories)
  const inside = count(current)
  const outside = current.length - inside.reduce((sum, c) => sum + c, 0)
  if (outside === 0) return { reference: count(reference), current: inside }
  return { reference: [...count(reference), 0], current: [...inside, outside] }
}
