/** Owns what tests on a 2×k table of categories or bins share: the merged counts, and their law when nothing changed. */
import { mergeRare } from '@/lib/stats/categorical/chi-square'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { type BinCounts, binCounts, occupiedBins, type Pair } from '@/lib/stats/methods/pair'
import { chiSquareCritical } from '@/lib/stats/special/incomplete-gamma'

/** Counts of both sides, rare bins merged into one. */
export function mergedCounts(pair: Pair): BinCounts {
  const { reference, current } = binCounts(pair)
  return mergeRare(reference, current)
}

const freedom = (pair: Pair) => Math.max(1, occupiedBins(mergedCounts(pair)) - 1)

/** All of a drift method but its words and its statistic. */
export const ON_CONTINGENCY: Pick<
  DriftMethod,
  'chance' | 'kinds' | 'range' | 'yields' | 'effectFloor' | 'noiseFloor' | 'noiseLimit'
> = {
  chance: 'chi-square law',
  kinds: ['categorical', 'numeric'],
  range: [0, Number.POSITIVE_INFINITY],
  yields: 'test',
  effectFloor: 0,
  noiseFloor: freedom,
  noiseLimit: (pair, alpha) => chiSquareCritical(alpha, freedom(pair)),
}
