/** Owns the drift method Hellinger distance on categories or reference-quantile bins. */
import { hellinger } from '@/lib/stats/divergence/hellinger'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { binCounts, occupiedBins, type Pair, sizeFactor } from '@/lib/stats/methods/pair'
import { chiSquareCritical } from '@/lib/stats/special/incomplete-gamma'

/** The squared distance is about this share of a chi-square statistic times 1/n + 1/m. */
const PER_CHI_SQUARE = 1 / 8

const freedom = (pair: Pair) => Math.max(1, occupiedBins(binCounts(pair)) - 1)

export const hellingerBins: DriftMethod = {
  id: 'hellinger',
  name: 'Hellinger distance',
  shortName: 'Hellinger',
  sensitiveTo: 'mass that moves between bins or categories, most into and out of rare ones',
  kinds: ['categorical', 'numeric'],
  range: [0, 1],
  yields: 'distance',
  effectFloor: 0.1,
  noiseFloor: (pair) => Math.sqrt(freedom(pair) * sizeFactor(pair) * PER_CHI_SQUARE),
  noiseLimit: (pair, alpha) =>
    Math.sqrt(chiSquareCritical(alpha, freedom(pair)) * sizeFactor(pair) * PER_CHI_SQUARE),
  compute: (pair) => {
    const { reference, current } = binCounts(pair)
    return hellinger(reference, current)
  },
}
