/** Owns what samples of a reference are drawn on for each kind of distance, and where a closed form is exact without any. */
import { cellEndsOf } from '@/lib/stats/grid/cell-ends'
import { binCounts, type CategoryPair, type Pair } from '@/lib/stats/methods/pair'
import { type ReferenceLaw, referenceLaw } from '@/lib/stats/null-table/reference-law'
import { thinGrid } from '@/lib/stats/null-table/thin-grid'

/** Share of a reference in repeated values from which on they are seen in the law of a largest difference. */
const MUCH_REPEATED = 0.1
/** Kurtosis from which on single far values are seen in areas; that of an exponential law is 9. */
const MUCH_KURTOSIS = 10
/** Share of one category from which on it decides the sum of all differences; of two only, the closed form is exact. */
const LARGE_SHARE = 0.5
const LEAST_SHARES = 3
/** Share of rows in categories of a single row from which on a window has too many that the reference does not know. */
const MUCH_UNKNOWN = 0.005

/** Columns with repeated values, as they are: Kolmogorov's law is that of columns without. */
export function repeatedValues(reference: Pair): Pair | null {
  if (reference.kind !== 'numeric' || !(reference.deviation > 0)) return null
  const { isPoint } = cellEndsOf(reference.grid)
  const { n, counts } = reference.reference
  // The last value has a cell of its own in every grid.
  const repeated = counts.reduce(
    (sum, count, cell) => sum + (isPoint[cell] === 1 && count > 1 ? count : 0),
    0,
  )
  return repeated >= MUCH_REPEATED * n ? reference : null
}

/** Numbers with far values, on some hundred cells: the closed forms of areas are those of columns without. */
export function farValues(reference: Pair): Pair | null {
  if (reference.kind !== 'numeric' || !(reference.deviation > 0)) return null
  if (!Number.isFinite(reference.reference.max - reference.reference.min)) return null
  return kurtosisOf(referenceLaw(reference)) > MUCH_KURTOSIS ? thinGrid(reference) : null
}

function kurtosisOf({ shares, values }: ReferenceLaw): number {
  let mean = 0
  for (let j = 0; j < values.length; j++) mean += shares[j]! * values[j]!
  let [second, fourth] = [0, 0]
  for (let j = 0; j < values.length; j++) {
    const square = (values[j]! - mean) * (values[j]! - mean)
    second += shares[j]! * square
    fourth += shares[j]! * square * square
  }
  return fourth / (second * second)
}

/** Categories or bins of which one has most rows: two of them go together then, and their sizes do not add up as many would. */
export function oneLargeShare(reference: Pair): Pair | null {
  const counts = [...binCounts(reference).reference]
  const known = counts.reduce((sum, count) => sum + count, 0)
  const single = counts.filter((count) => count === 1).length
  const isFew = counts.filter((count) => count > 0).length < LEAST_SHARES
  if (isFew || Math.max(...counts) < LARGE_SHARE * known || single > MUCH_UNKNOWN * known) return null
  const labels = counts.map((_, index) => String(index))
  return { kind: 'categorical', labels, reference: counts, current: counts } satisfies CategoryPair
}
