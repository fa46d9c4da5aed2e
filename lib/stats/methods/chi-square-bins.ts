/** Owns the drift method chi-square (2×k contingency, rare categories merged) on categories or bins. */
import { chiSquareContingency, mergeRare } from '@/lib/stats/chi-square'
import { chiSquareCritical } from '@/lib/stats/incomplete-gamma'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { binCounts, occupiedBins, type Pair } from '@/lib/stats/methods/pair'

const freedom = (pair: Pair) => Math.max(1, occupiedBins(mergeRare(...counts(pair))) - 1)

function counts(pair: Pair): [readonly number[], readonly number[]] {
  const { reference, current } = binCounts(pair)
  return [reference, current]
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
    return chiSquareContingency(merged.reference, merged.current)
  },
}
