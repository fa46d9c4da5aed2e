/** Owns the drift method Hellinger distance on categories or reference-quantile bins. */
import { hellinger } from '@/lib/stats/divergence/hellinger'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { binCounts } from '@/lib/stats/methods/pair'
import { rootDivergence } from '@/lib/stats/methods/root-divergence'

/** Half of the squared difference of the roots. */
const contribution = (p: number, q: number) => (Math.sqrt(p) - Math.sqrt(q)) ** 2 / 2

export const hellingerBins: DriftMethod = {
  ...rootDivergence(contribution, 1),
  id: 'hellinger',
  name: 'Hellinger distance',
  shortName: 'Hellinger',
  sensitiveTo: 'mass that moves between bins or categories, most into and out of rare ones',
  kinds: ['categorical', 'numeric'],
  compute: (pair) => {
    const { reference, current } = binCounts(pair)
    return hellinger(reference, current)
  },
}
