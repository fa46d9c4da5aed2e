/** Owns the drift method chi-square on categories or bins: 2×k contingency, rare ones merged, Fisher's p for small 2×2. */
import { chiSquareContingency } from '@/lib/stats/categorical/chi-square'
import { type FisherTable, fisherExact } from '@/lib/stats/categorical/fisher-exact'
import { mergedCounts, ON_CONTINGENCY } from '@/lib/stats/methods/contingency-bins'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import type { BinCounts } from '@/lib/stats/methods/pair'

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
  ...ON_CONTINGENCY,
  id: 'chi_square',
  name: 'Chi-square',
  shortName: 'chi-square',
  sensitiveTo: 'any change of shares; grows with the sample',
  compute: (pair) => {
    const merged = mergedCounts(pair)
    const score = chiSquareContingency(merged.reference, merged.current)
    const table = score.status === 'ok' ? smallTable(merged) : null
    const exact = table && fisherExact(table)
    return exact?.status === 'ok' ? { ...score, pValue: exact.pTwoSided } : score
  },
}
