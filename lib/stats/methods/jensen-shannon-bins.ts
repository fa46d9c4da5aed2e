/** Owns the drift method Jensen–Shannon distance (base 2) on categories or reference-quantile bins. */

import { jensenShannon } from '@/lib/stats/divergence/jensen-shannon'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { binCounts, occupiedBins, type Pair, sizeFactor } from '@/lib/stats/methods/pair'
import { chiSquareCritical } from '@/lib/stats/special/incomplete-gamma'

/** The divergence is about this share of a chi-square statistic times 1/n + 1/m. */
const PER_CHI_SQUARE = 1 / 8 / Math.LN2

const freedom = (pair: Pair) => Math.max(1, occupiedBins(binCounts(pair)) - 1)

export const jensenShannonBins: DriftMethod = {
  id: 'jensen_shannon',
  name: 'Jensen–Shannon distance',
  shortName: 'Jensen–Shannon',
  sensitiveTo: 'mass that moves between bins or categories',
  kinds: ['numeric', 'categorical'],
  range: [0, 1],
  yields: 'distance',
  effectFloor: 0.1,
  noiseFloor: (pair) => Math.sqrt(freedom(pair) * sizeFactor(pair) * PER_CHI_SQUARE),
  noiseLimit: (pair, alpha) =>
    Math.sqrt(chiSquareCritical(alpha, freedom(pair)) * sizeFactor(pair) * PER_CHI_SQUARE),
  compute: (pair) => {
    const { reference, current } = binCounts(pair)
    return jensenShannon(reference, current, 2)
  },
}
