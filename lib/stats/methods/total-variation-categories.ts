/** Owns the drift method total variation on categories (or bins). */

import { totalVariation } from '@/lib/stats/categorical/total-variation'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { gapNoise, shareNoises, widestShare } from '@/lib/stats/methods/gap-noise'
import { binCounts } from '@/lib/stats/methods/pair'
import { oneLargeShare } from '@/lib/stats/null-table/templates'
import { absoluteSumCritical } from '@/lib/stats/special/absolute-normal'

export const totalVariationCategories: DriftMethod = {
  id: 'total_variation',
  name: 'Total variation',
  shortName: 'total variation',
  sensitiveTo: 'the share of rows that changed category',
  chance:
    'chi law with the moments of the sizes of all differences; the widest single share where that is more',
  kinds: ['categorical', 'numeric'],
  range: [0, 1],
  yields: 'distance',
  effectFloor: 0.1,
  noiseFloor: (pair) => gapNoise(binCounts(pair)).mean,
  noiseLimit: (pair, alpha) => {
    const counts = binCounts(pair)
    // No total variation is smaller than the change of a single share.
    return Math.max(absoluteSumCritical(gapNoise(counts), alpha), widestShare(shareNoises(counts), alpha))
  },
  nullTable: {
    columns: 'columns of which one of three or more categories has half of the rows',
    template: oneLargeShare,
    distance: (pair) => {
      const score = totalVariation(pair.reference as number[], pair.current as number[])
      return score.status === 'ok' ? score.value : 0
    },
  },
  compute: (pair) => {
    const { reference, current } = binCounts(pair)
    return totalVariation(reference, current)
  },
}
