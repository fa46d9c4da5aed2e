/** Owns the drift method Kolmogorov–Smirnov on grid counts; the statistic is in `ks-counts.ts`. */
import { ksOnGrid } from '@/lib/stats/grid/grid-ks'
import { ksCritical } from '@/lib/stats/inference/power'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { pairSizes, sizeFactor } from '@/lib/stats/methods/pair'
import { repeatedValues } from '@/lib/stats/null-table/templates'
import { undefinedBecause } from '@/lib/stats/outcome'
import { ksPValue } from '@/lib/stats/special/kolmogorov'

/** Mean of the Kolmogorov law: √(π/2) ln 2. */
const KOLMOGOROV_MEAN = 0.8687311606361591

export const ks: DriftMethod = {
  id: 'ks',
  name: 'Kolmogorov–Smirnov',
  shortName: 'KS',
  sensitiveTo: 'any change of a distribution, most in its middle',
  chance: 'Kolmogorov’s law at nm/(n+m); columns with few different values stay below it',
  kinds: ['numeric'],
  range: [0, 1],
  yields: 'test',
  effectFloor: 0.1,
  noiseFloor: (pair) => KOLMOGOROV_MEAN * Math.sqrt(sizeFactor(pair)),
  noiseLimit: (pair, alpha) => {
    const { n, m } = pairSizes(pair)
    return ksCritical(n, m, alpha)
  },
  nullTable: {
    columns: 'columns of which a tenth or more are repeated values',
    template: repeatedValues,
    distance: (pair) => {
      const bounds = pair.kind === 'numeric' ? ksOnGrid(pair.grid, pair.reference, pair.current) : null
      return bounds?.status === 'ok' ? bounds.lower : 0
    },
  },
  compute: (pair) => {
    if (pair.kind !== 'numeric') return undefinedBecause('degenerate_table')
    const bounds = ksOnGrid(pair.grid, pair.reference, pair.current)
    if (bounds.status !== 'ok') return bounds
    const { n, m } = pairSizes(pair)
    return {
      status: 'ok',
      value: bounds.lower,
      interval: [bounds.lower, bounds.upper],
      pValue: ksPValue(bounds.lower, n, m),
    }
  },
}
