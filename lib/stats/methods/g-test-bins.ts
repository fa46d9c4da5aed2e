/** Owns the drift method G test on categories or bins: 2×k contingency with rare ones merged. */
import { mergeRare } from '@/lib/stats/categorical/chi-square'
import { gContingency } from '@/lib/stats/categorical/g-test'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { type BinCounts, binCounts, occupiedBins, type Pair } from '@/lib/stats/methods/pair'
import { chiSquareCritical } from '@/lib/stats/special/incomplete-gamma'

function mergedCounts(pair: Pair): BinCounts {
  const { reference, current } = binCounts(pair)
  return mergeRare(reference, current)
}

const freedom = (pair: Pair) => Math.max(1, occupiedBins(mergedCounts(pair)) - 1)

export const gTestBins: DriftMethod = {
  id: 'g_test',
  name: 'G test',
  shortName: 'G',
  sensitiveTo: 'any change of shares, most where a category is rare in the reference; grows with the sample',
  kinds: ['categorical', 'numeric'],
  range: [0, Number.POSITIVE_INFINITY],
  yields: 'test',
  effectFloor: 0,
  noiseFloor: freedom,
  noiseLimit: (pair, alpha) => chiSquareCritical(alpha, freedom(pair)),
  compute: (pair) => {
    const { reference, current } = mergedCounts(pair)
    return gContingency(reference, current)
  },
}
