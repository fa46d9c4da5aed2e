/** Owns the drift method chi-square on categories or bins: 2×k contingency, rare ones merged, Fisher's p for small 2×2. */
import { chiSquareContingency, mergeRare } from '@/lib/stats/categorical/chi-square'
import { type FisherTable, fisherExact } from '@/lib/stats/categorical/fisher-exact'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { type BinCounts, binCounts, occupiedBins, type Pair } from '@/lib/stats/methods/pair'
import { chiSquareCritical } from '@/lib/stats/special/incomplete-gamma'

const freedom = (pair: Pair) => Math.max(1, occupiedBins(mergeRare(...counts(pair))) - 1)

function counts(pair: Pair): [readonly number[], readonly number[]] {
  const { reference, current } = binCounts(pair)
  return [reference, current]
}

/** Expected counts below this are too small for the chi-square law. */
const MIN_EXPECTED = 5
/** Tables beyond this cost too much to go through. */
const MAX_EXACT_ROWS = 1e6

/** The 2×2 table for Fisher's test where the chi-square law would not hold; null otherwise. */
function smallTable({ reference, current }: BinCounts): FisherTable | null {
  const [a, b] = reference
  const [c, d] = current
  if (reference.length !== 2 || a === undefined || b === undefined || c === undefined || d === undefined)
    return null
  const total = a + b + c + d
  const smallest = (Math.min(a + b, c + d) * Math.min(a + c, b + d)) / total
  return smallest < MIN_EXPECTED && total <= MAX_EXACT_ROWS ? { a, b, c, d } : null
}

export const chiSquareBins: DriftMethod = {
  id: 'chi_square',
  name: 'Chi-square',
  shortName: 'chi-square',
  sensitiveTo: 'any change of shares; grows with the sample',
  kinds: ['categorical', 'numeric'],
  range: [0, Number.POSITIVE_INFINITY],
  yields: 'test',
  effectFloor: 0,
  noiseFloor: freedom,
  noiseLimit: (pair, alpha) => chiSquareCritical(alpha, freedom(pair)),
  compute: (pair) => {
    const merged = mergeRare(...counts(pair))
    const score = chiSquareContingency(merged.reference, merged.current)
    const table = score.status === 'ok' ? smallTable(merged) : null
    const exact = table && fisherExact(table)
    return exact?.status === 'ok' ? { ...score, pValue: exact.pTwoSided } : score
  },
}
