/** Owns the drift method Wasserstein distance in reference standard deviations; the distance is in `grid-wasserstein.ts`. */
import { wassersteinOnGrid } from '@/lib/stats/grid/grid-wasserstein'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { sizeFactor } from '@/lib/stats/methods/pair'
import { undefinedBecause } from '@/lib/stats/outcome'
import { normalQuantile } from '@/lib/stats/special/normal'
import { SMALLEST_DEVIATION } from '@/lib/stats/two-sample/wasserstein'

/** Mean distance of two samples of one normal law, in deviations per √(1/n+1/m) (statistics.md section 2). */
const NORMAL_MEAN = 1.29

export const wassersteinNormed: DriftMethod = {
  id: 'wasserstein',
  name: 'Wasserstein distance in standard deviations',
  shortName: 'Wasserstein',
  sensitiveTo: 'shifts, in proportion to how far values moved',
  kinds: ['numeric'],
  range: [0, Number.POSITIVE_INFINITY],
  yields: 'distance',
  effectFloor: 0.1,
  noiseFloor: (pair) => NORMAL_MEAN * Math.sqrt(sizeFactor(pair)),
  // A shift of the mean by chance makes most of the distance; half a unit more for the rest of the shape.
  noiseLimit: (pair, alpha) => (normalQuantile(1 - alpha / 2) + 0.5) * Math.sqrt(sizeFactor(pair)),
  compute: (pair) => {
    if (pair.kind !== 'numeric') return undefinedBecause('degenerate_table')
    const bounds = wassersteinOnGrid(pair.grid, pair.reference, pair.current)
    if (bounds.status !== 'ok') return bounds
    const unit = Math.max(pair.deviation, SMALLEST_DEVIATION)
    const value = bounds.lower / unit
    return Number.isFinite(value)
      ? { status: 'ok', value, interval: [value, Math.max(value, bounds.upper / unit)] }
      : undefinedBecause('degenerate_table')
  },
}
