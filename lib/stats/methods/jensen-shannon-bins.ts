/** Owns the drift method Jensen–Shannon distance (base 2) on categories or reference-quantile bins. */

import { jensenShannon } from '@/lib/stats/divergence/jensen-shannon'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { binCounts } from '@/lib/stats/methods/pair'
import { rootDivergence } from '@/lib/stats/methods/root-divergence'

/** Half of both relative entropies against the middle, in bits. */
function contribution(p: number, q: number): number {
  const middle = (p + q) / 2
  const half = (share: number) => (share > 0 ? (share * Math.log2(share / middle)) / 2 : 0)
  return half(p) + half(q)
}

export const jensenShannonBins: DriftMethod = {
  ...rootDivergence(contribution, 1 / Math.LN2),
  id: 'jensen_shannon',
  name: 'Jensen–Shannon distance',
  shortName: 'Jensen–Shannon',
  sensitiveTo: 'mass that moves between bins or categories',
  kinds: ['numeric', 'categorical'],
  compute: (pair) => {
    const { reference, current } = binCounts(pair)
    return jensenShannon(reference, current, 2)
  },
}
