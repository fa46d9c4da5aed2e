/** Owns what roots of a divergence of second order share as drift methods: their range, floor, and size by chance. */
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { binCounts, type Pair } from '@/lib/stats/methods/pair'
import { type Contribution, splitNoise, splitNoiseLimit } from '@/lib/stats/methods/split-noise'

/**
 * All of a drift method but its words and its statistic, which is the root of what all bins add to the divergence.
 * @param contribution what a bin adds
 * @param scale see `splitNoise`
 */
export function rootDivergence(
  contribution: Contribution,
  scale: number,
): Pick<DriftMethod, 'chance' | 'range' | 'yields' | 'effectFloor' | 'noiseFloor' | 'noiseLimit'> {
  const noiseOf = (pair: Pair) => splitNoise(binCounts(pair), contribution, scale)
  return {
    chance: 'gamma law with the moments over all splits of the rows of a bin',
    range: [0, 1],
    yields: 'distance',
    effectFloor: 0.1,
    noiseFloor: (pair) => Math.sqrt(noiseOf(pair).mean),
    noiseLimit: (pair, alpha) => Math.sqrt(splitNoiseLimit(noiseOf(pair), alpha)),
  }
}
