/** Owns the drift method Jensen–Shannon distance (base 2) on categories or reference-quantile bins. */

import { jensenShannon } from '@/lib/stats/divergence/jensen-shannon'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { binCounts, type Pair } from '@/lib/stats/methods/pair'
import { splitNoise, splitNoiseLimit } from '@/lib/stats/methods/split-noise'

/** Half of both relative entropies against the middle, in bits. */
function contribution(p: number, q: number): number {
  const middle = (p + q) / 2
  const half = (share: number) => (share > 0 ? (share * Math.log2(share / middle)) / 2 : 0)
  return half(p) + half(q)
}

const noiseOf = (pair: Pair) => splitNoise(binCounts(pair), contribution, 1 / Math.LN2)

export const jensenShannonBins: DriftMethod = {
  id: 'jensen_shannon',
  name: 'Jensen–Shannon distance',
  shortName: 'Jensen–Shannon',
  sensitiveTo: 'mass that moves between bins or categories',
  chance: 'gamma law with the moments over all splits of the rows of a bin',
  kinds: ['numeric', 'categorical'],
  range: [0, 1],
  yields: 'distance',
  effectFloor: 0.1,
  noiseFloor: (pair) => Math.sqrt(noiseOf(pair).mean),
  noiseLimit: (pair, alpha) => Math.sqrt(splitNoiseLimit(noiseOf(pair), alpha)),
  compute: (pair) => {
    const { reference, current } = binCounts(pair)
    return jensenShannon(reference, current, 2)
  },
}
