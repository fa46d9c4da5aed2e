/** Owns the drift method Hellinger distance on categories or reference-quantile bins. */
import { hellinger } from '@/lib/stats/divergence/hellinger'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { binCounts, type Pair } from '@/lib/stats/methods/pair'
import { splitNoise, splitNoiseLimit } from '@/lib/stats/methods/split-noise'

const noiseOf = (pair: Pair) =>
  splitNoise(binCounts(pair), (p, q) => (Math.sqrt(p) - Math.sqrt(q)) ** 2 / 2, 1)

export const hellingerBins: DriftMethod = {
  id: 'hellinger',
  name: 'Hellinger distance',
  shortName: 'Hellinger',
  sensitiveTo: 'mass that moves between bins or categories, most into and out of rare ones',
  chance: 'gamma law with the moments over all splits of the rows of a bin',
  kinds: ['categorical', 'numeric'],
  range: [0, 1],
  yields: 'distance',
  effectFloor: 0.1,
  noiseFloor: (pair) => Math.sqrt(noiseOf(pair).mean),
  noiseLimit: (pair, alpha) => Math.sqrt(splitNoiseLimit(noiseOf(pair), alpha)),
  compute: (pair) => {
    const { reference, current } = binCounts(pair)
    return hellinger(reference, current)
  },
}
