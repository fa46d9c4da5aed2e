/** Owns the drift method Population Stability Index on categories or reference-quantile bins. */

import { psiOfCounts } from '@/lib/stats/divergence/psi'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { binCounts, occupiedBins, type Pair, sizeFactor } from '@/lib/stats/methods/pair'
import { chiSquareCritical } from '@/lib/stats/special/incomplete-gamma'

const freedom = (pair: Pair) => Math.max(1, occupiedBins(binCounts(pair)) - 1)

export const psiBins: DriftMethod = {
  id: 'psi',
  name: 'Population Stability Index',
  shortName: 'PSI',
  sensitiveTo: 'mass that moves between bins or categories, most where one empties',
  kinds: ['numeric', 'categorical'],
  range: [0, Number.POSITIVE_INFINITY],
  yields: 'distance',
  effectFloor: 0.2,
  noiseFloor: (pair) => freedom(pair) * sizeFactor(pair),
  noiseLimit: (pair, alpha) => chiSquareCritical(alpha, freedom(pair)) * sizeFactor(pair),
  compute: (pair) => {
    const { reference, current } = binCounts(pair)
    return psiOfCounts(reference, current)
  },
}
