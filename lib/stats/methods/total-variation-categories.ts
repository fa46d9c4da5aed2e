/** Owns the drift method total variation on categories (or bins). */

import { totalVariation } from '@/lib/stats/categorical/total-variation'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { binCounts, type Pair, pairSizes, sizeFactor } from '@/lib/stats/methods/pair'
import { normalQuantile } from '@/lib/stats/special/normal'

/** Variances p(1-p)(1/n+1/m) of the difference of shares under no change, from pooled shares. */
function gapVariances(pair: Pair): number[] {
  const { reference, current } = binCounts(pair)
  const { n, m } = pairSizes(pair)
  const h = sizeFactor(pair)
  return reference.map((count, j) => {
    const share = (count + current[j]!) / (n + m)
    return share * (1 - share) * h
  })
}

function noiseFloor(pair: Pair): number {
  const gaps = gapVariances(pair).map((variance) => Math.sqrt((2 * variance) / Math.PI))
  return gaps.reduce((sum, gap) => sum + gap, 0) / 2
}

export const totalVariationCategories: DriftMethod = {
  id: 'total_variation',
  name: 'Total variation',
  shortName: 'total variation',
  sensitiveTo: 'the share of rows that changed category',
  kinds: ['categorical', 'numeric'],
  range: [0, 1],
  yields: 'distance',
  effectFloor: 0.1,
  noiseFloor,
  noiseLimit: (pair, alpha) => {
    const spread = gapVariances(pair).reduce((sum, variance) => sum + variance * (1 - 2 / Math.PI), 0)
    return noiseFloor(pair) + (normalQuantile(1 - alpha) * Math.sqrt(2 * spread)) / 2
  },
  compute: (pair) => {
    const { reference, current } = binCounts(pair)
    return totalVariation(reference, current)
  },
}
