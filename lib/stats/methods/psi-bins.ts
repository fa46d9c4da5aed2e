/** Owns the drift method Population Stability Index on categories or reference-quantile bins. */

import { psiOfCounts } from '@/lib/stats/divergence/psi'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { binCounts, occupiedBins, type Pair, pairSizes } from '@/lib/stats/methods/pair'
import { type SplitNoise, splitNoise, splitNoiseLimit } from '@/lib/stats/methods/split-noise'

/** Half an observation a bin is in the index, so it is in its noise. */
function noiseOf(pair: Pair): SplitNoise {
  const counts = binCounts(pair)
  const { n, m } = pairSizes(pair)
  const half = occupiedBins(counts) / 2
  const contribution = (p: number, q: number) => {
    const [a, b] = [(p * n + 0.5) / (n + half), (q * m + 0.5) / (m + half)]
    return (a - b) * Math.log(a / b)
  }
  return splitNoise(counts, contribution, 8)
}

export const psiBins: DriftMethod = {
  id: 'psi',
  name: 'Population Stability Index',
  shortName: 'PSI',
  sensitiveTo: 'mass that moves between bins or categories, most where one empties',
  chance: 'gamma law with the moments over all splits of the rows of a bin',
  kinds: ['numeric', 'categorical'],
  range: [0, Number.POSITIVE_INFINITY],
  yields: 'distance',
  effectFloor: 0.2,
  noiseFloor: (pair) => noiseOf(pair).mean,
  noiseLimit: (pair, alpha) => splitNoiseLimit(noiseOf(pair), alpha),
  compute: (pair) => {
    const { reference, current } = binCounts(pair)
    return psiOfCounts(reference, current)
  },
}
