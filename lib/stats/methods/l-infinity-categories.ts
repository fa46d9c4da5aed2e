/** Owns the drift method L-infinity: the largest change of one category's share. */
import { lInfinity } from '@/lib/stats/categorical/l-infinity'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { binCounts, occupiedBins, type Pair, pairSizes, sizeFactor } from '@/lib/stats/methods/pair'
import { normalQuantile } from '@/lib/stats/special/normal'

/** Deviation of the category whose share varies most by chance. */
function largestDeviation(pair: Pair): number {
  const { reference, current } = binCounts(pair)
  const { n, m } = pairSizes(pair)
  const variances = reference.map((count, j) => {
    const share = (count + current[j]!) / (n + m)
    return share * (1 - share)
  })
  return Math.sqrt(Math.max(0, ...variances) * sizeFactor(pair))
}

export const lInfinityCategories: DriftMethod = {
  id: 'l_infinity',
  name: 'L-infinity',
  shortName: 'L-infinity',
  sensitiveTo: 'one category that moves',
  kinds: ['categorical', 'numeric'],
  range: [0, 1],
  yields: 'distance',
  effectFloor: 0.03,
  noiseFloor: (pair) => Math.sqrt(2 / Math.PI) * largestDeviation(pair),
  noiseLimit: (pair, alpha) => {
    const tests = Math.max(1, occupiedBins(binCounts(pair)))
    return normalQuantile(1 - alpha / (2 * tests)) * largestDeviation(pair)
  },
  compute: (pair) => {
    const { reference, current } = binCounts(pair)
    const distance = lInfinity(reference, current)
    return distance.status === 'ok' ? { status: 'ok', value: distance.value } : distance
  },
}
