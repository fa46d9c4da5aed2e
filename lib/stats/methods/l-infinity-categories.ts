/** Owns the drift method L-infinity: the largest change of one category's share. */
import { lInfinity } from '@/lib/stats/categorical/l-infinity'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { type ShareNoise, shareNoises, widestShare } from '@/lib/stats/methods/gap-noise'
import { binCounts } from '@/lib/stats/methods/pair'
import { skewedTails } from '@/lib/stats/special/cornish-fisher'

const BISECTIONS = 12

/** The distance that any share exceeds with probability alpha at most: the chances of all add up to it. */
function unionLimit(noises: readonly ShareNoise[], alpha: number): number {
  let [low, high] = [widestShare(noises, alpha), widestShare(noises, alpha / Math.max(1, noises.length))]
  for (let step = 0; step < BISECTIONS && high > low; step++) {
    const middle = (low + high) / 2
    const chance = noises.reduce(
      (sum, { deviation, skewness }) => sum + skewedTails(middle / deviation, skewness),
      0,
    )
    if (chance > alpha) low = middle
    else high = middle
  }
  return high
}

export const lInfinityCategories: DriftMethod = {
  id: 'l_infinity',
  name: 'L-infinity',
  shortName: 'L-infinity',
  sensitiveTo: 'one category that moves',
  chance: 'the chances of all shares, each with its skewness, added up',
  kinds: ['categorical', 'numeric'],
  range: [0, 1],
  yields: 'distance',
  effectFloor: 0.03,
  noiseFloor: (pair) =>
    Math.sqrt(2 / Math.PI) * Math.max(0, ...shareNoises(binCounts(pair)).map(({ deviation }) => deviation)),
  noiseLimit: (pair, alpha) => unionLimit(shareNoises(binCounts(pair)), alpha),
  compute: (pair) => {
    const { reference, current } = binCounts(pair)
    const distance = lInfinity(reference, current)
    return distance.status === 'ok' ? { status: 'ok', value: distance.value } : distance
  },
}
