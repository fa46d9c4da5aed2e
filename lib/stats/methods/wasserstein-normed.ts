/** Owns the drift method Wasserstein distance in reference standard deviations; the distance is in `grid-wasserstein.ts`. */
import { type AreaNoise, areaNoise, gridSkewness } from '@/lib/stats/grid/grid-noise'
import { wassersteinOnGrid } from '@/lib/stats/grid/grid-wasserstein'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { type NumericPair, type Pair, pairSizes, sizeFactor } from '@/lib/stats/methods/pair'
import { farValues } from '@/lib/stats/null-table/templates'
import { undefinedBecause } from '@/lib/stats/outcome'
import { absoluteSumCritical } from '@/lib/stats/special/absolute-normal'
import { skewedQuantile, skewnessOfDifference } from '@/lib/stats/special/cornish-fisher'
import { normalQuantile } from '@/lib/stats/special/normal'
import { SMALLEST_DEVIATION } from '@/lib/stats/two-sample/wasserstein'

const unitOf = (pair: NumericPair) => Math.max(pair.deviation, SMALLEST_DEVIATION)

/** The area between two samples of the reference, in reference deviations. */
function noiseOf(pair: Pair): AreaNoise {
  if (pair.kind !== 'numeric') return { mean: 0, variance: 0 }
  const { mean, variance } = areaNoise(pair.grid, pair.reference, sizeFactor(pair))
  const scale = (pair.reference.max - pair.reference.min) / unitOf(pair)
  const noise = { mean: mean * scale, variance: variance * scale * scale }
  return Number.isFinite(noise.mean + noise.variance) ? noise : { mean: 0, variance: 0 }
}

/** A shift of the mean by chance, which is most of a large distance, and no distance is smaller than it. */
function shiftLimit(pair: Pair, alpha: number): number {
  if (pair.kind !== 'numeric' || pair.deviation === 0) return 0
  const { n, m } = pairSizes(pair)
  const skewness = skewnessOfDifference(gridSkewness(pair.reference), n, m)
  const shift = skewedQuantile(normalQuantile(1 - alpha / 2), skewness) * Math.sqrt(sizeFactor(pair))
  return (shift * pair.deviation) / unitOf(pair)
}

function distance(pair: Pair): number {
  const bounds = pair.kind === 'numeric' ? wassersteinOnGrid(pair.grid, pair.reference, pair.current) : null
  return pair.kind === 'numeric' && bounds?.status === 'ok' ? bounds.lower / unitOf(pair) : 0
}

export const wassersteinNormed: DriftMethod = {
  id: 'wasserstein',
  name: 'Wasserstein distance in standard deviations',
  shortName: 'Wasserstein',
  sensitiveTo: 'shifts, in proportion to how far values moved',
  chance:
    'chi law with the moments of ∫∣F-G∣ of a Brownian bridge; a chance shift of the mean with its skewness where that is more',
  kinds: ['numeric'],
  range: [0, Number.POSITIVE_INFINITY],
  yields: 'distance',
  effectFloor: 0.1,
  noiseFloor: (pair) => noiseOf(pair).mean,
  noiseLimit: (pair, alpha) => Math.max(absoluteSumCritical(noiseOf(pair), alpha), shiftLimit(pair, alpha)),
  nullTable: {
    columns: 'columns with far values (kurtosis above 10)',
    template: farValues,
    distance,
    // Of m values one alone moves the mean by a part of its distance in m.
    withFarValue: (value, rest, m) => (value - rest) * m,
  },
  compute: (pair) => {
    if (pair.kind !== 'numeric') return undefinedBecause('degenerate_table')
    const bounds = wassersteinOnGrid(pair.grid, pair.reference, pair.current)
    if (bounds.status !== 'ok') return bounds
    const unit = unitOf(pair)
    const value = bounds.lower / unit
    return Number.isFinite(value)
      ? { status: 'ok', value, interval: [value, Math.max(value, bounds.upper / unit)] }
      : undefinedBecause('degenerate_table')
  },
}
