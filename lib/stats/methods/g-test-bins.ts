/** Owns the drift method G test on categories or bins: 2×k contingency with rare ones merged. */
import { gContingency } from '@/lib/stats/categorical/g-test'
import { mergedCounts, ON_CONTINGENCY } from '@/lib/stats/methods/contingency-bins'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'

export const gTestBins: DriftMethod = {
  ...ON_CONTINGENCY,
  id: 'g_test',
  name: 'G test',
  shortName: 'G',
  sensitiveTo: 'any change of shares, most where a category is rare in the reference; grows with the sample',
  compute: (pair) => {
    const { reference, current } = mergedCounts(pair)
    return gContingency(reference, current)
  },
}
