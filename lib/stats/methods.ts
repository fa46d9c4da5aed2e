/** Owns the table of drift methods. Adding one is a file in `methods/` and a line here. */
import { chiSquareBins } from '@/lib/stats/methods/chi-square-bins'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { energyNormed } from '@/lib/stats/methods/energy-normed'
import { gTestBins } from '@/lib/stats/methods/g-test-bins'
import { hellingerBins } from '@/lib/stats/methods/hellinger-bins'
import { jensenShannonBins } from '@/lib/stats/methods/jensen-shannon-bins'
import { ks } from '@/lib/stats/methods/ks'
import { lInfinityCategories } from '@/lib/stats/methods/l-infinity-categories'
import type { Pair } from '@/lib/stats/methods/pair'
import { psiBins } from '@/lib/stats/methods/psi-bins'
import { totalVariationCategories } from '@/lib/stats/methods/total-variation-categories'
import { wassersteinNormed } from '@/lib/stats/methods/wasserstein-normed'

export const DRIFT_METHODS: readonly DriftMethod[] = [
  ks,
  wassersteinNormed,
  totalVariationCategories,
  jensenShannonBins,
  psiBins,
  chiSquareBins,
  lInfinityCategories,
  hellingerBins,
  energyNormed,
  gTestBins,
]

/**
 * Methods that a monitor can judge by. A test statistic has no size that matters (its floor is 0): it grows with the
 * sample, so it is shown beside the distance and never judges alone.
 */
export const MONITOR_METHODS: readonly DriftMethod[] = DRIFT_METHODS.filter(
  ({ effectFloor }) => effectFloor > 0,
)

const BY_ID: ReadonlyMap<string, DriftMethod> = new Map(DRIFT_METHODS.map((method) => [method.id, method]))

/** @throws RangeError for an id that is not in the table */
export function getDriftMethod(id: string): DriftMethod {
  const method = BY_ID.get(id)
  if (!method) throw new RangeError(`unknown drift method: ${id}`)
  return method
}

/** The method whose p-value speaks for a kind of column, whatever distance its monitor shows. */
export function significanceTest(kind: Pair['kind']): DriftMethod {
  return kind === 'numeric' ? ks : chiSquareBins
}
