/** Owns the drift method energy distance, its square in reference deviations; the distance is in `grid-energy.ts`. */
import { energyOnGrid } from '@/lib/stats/grid/grid-energy'
import { bridgeSpectrum } from '@/lib/stats/grid/grid-noise'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { type NumericPair, type Pair, sizeFactor } from '@/lib/stats/methods/pair'
import { farValues } from '@/lib/stats/null-table/templates'
import { undefinedBecause } from '@/lib/stats/outcome'
import { chiSquareCritical } from '@/lib/stats/special/incomplete-gamma'
import { SMALLEST_DEVIATION } from '@/lib/stats/two-sample/wasserstein'

const unitOf = (pair: NumericPair) => Math.max(pair.deviation, SMALLEST_DEVIATION)

/** The reference's range in its deviations, for a square times the chance of so few rows. */
function rangeFactor(pair: NumericPair): number {
  const factor = (2 * sizeFactor(pair) * (pair.reference.max - pair.reference.min)) / unitOf(pair)
  return Number.isFinite(factor) ? factor : 0
}

/**
 * The square is a sum of squared normal variables times the eigenvalues of the covariance: its tail is that of the largest,
 * raised by the others. Source: Zolotarev 1961.
 */
function limitOf(pair: Pair, alpha: number): number {
  if (pair.kind !== 'numeric') return 0
  const { sum, squares, largest } = bridgeSpectrum(pair.grid, pair.reference)
  if (!(largest > 0)) return 0
  const [others, theirSquares] = [sum / largest - 1, squares / largest ** 2 - 1]
  const raised = Math.exp((Math.max(0, others) + Math.max(0, theirSquares) / 2) / 2)
  return Math.sqrt(rangeFactor(pair) * largest * chiSquareCritical(alpha / raised, 1))
}

function meanOf(pair: Pair): number {
  if (pair.kind !== 'numeric') return 0
  return Math.sqrt(rangeFactor(pair) * bridgeSpectrum(pair.grid, pair.reference).sum)
}

function distance(pair: Pair): number {
  const bounds = pair.kind === 'numeric' ? energyOnGrid(pair.grid, pair.reference, pair.current) : null
  return pair.kind === 'numeric' && bounds?.status === 'ok' ? bounds.lower / Math.sqrt(unitOf(pair)) : 0
}

export const energyNormed: DriftMethod = {
  id: 'energy',
  name: 'Energy distance in standard deviations',
  shortName: 'energy distance',
  sensitiveTo: 'any change of a distribution, most to shifts; single far values count little',
  chance: 'Zolotarev’s tail: the largest eigenvalue of a Brownian bridge, raised by the others',
  kinds: ['numeric'],
  range: [0, Number.POSITIVE_INFINITY],
  yields: 'distance',
  // A shift of a quarter of a deviation of a normal column, as KS 0.1.
  effectFloor: 0.19,
  noiseFloor: meanOf,
  noiseLimit: limitOf,
  nullTable: {
    columns: 'columns with far values (kurtosis above 10)',
    template: farValues,
    distance,
    // Between the others and one far value F-G is 1/m: its square, twice, over that way.
    withFarValue: (value, rest, m) => ((value * value - rest * rest) * m * m) / 2,
  },
  compute: (pair) => {
    if (pair.kind !== 'numeric') return undefinedBecause('degenerate_table')
    const bounds = energyOnGrid(pair.grid, pair.reference, pair.current)
    if (bounds.status !== 'ok') return bounds
    const root = Math.sqrt(unitOf(pair))
    const value = bounds.lower / root
    return Number.isFinite(value)
      ? { status: 'ok', value, interval: [value, Math.max(value, bounds.upper / root)] }
      : undefinedBecause('degenerate_table')
  },
}
