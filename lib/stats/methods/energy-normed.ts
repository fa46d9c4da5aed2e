/** Owns the drift method energy distance, its square in reference deviations; the distance is in `grid-energy.ts`. */
import { energyOnGrid, meanDifferenceOnGrid } from '@/lib/stats/grid/grid-energy'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { type Pair, sizeFactor } from '@/lib/stats/methods/pair'
import { undefinedBecause } from '@/lib/stats/outcome'
import { chiSquareCritical } from '@/lib/stats/special/incomplete-gamma'
import { SMALLEST_DEVIATION } from '@/lib/stats/two-sample/wasserstein'

const unitOf = (pair: Pair) =>
  pair.kind === 'numeric' ? Math.max(pair.deviation, SMALLEST_DEVIATION) : SMALLEST_DEVIATION

/** Expected square when nothing changed: (1/n + 1/m) E|X - X'|, X and X' of the reference. */
function expectedSquare(pair: Pair): number {
  if (pair.kind !== 'numeric') return 0
  const square = (sizeFactor(pair) * meanDifferenceOnGrid(pair.grid, pair.reference)) / unitOf(pair)
  return Number.isFinite(square) ? square : 0
}

export const energyNormed: DriftMethod = {
  id: 'energy',
  name: 'Energy distance in standard deviations',
  shortName: 'energy distance',
  sensitiveTo: 'any change of a distribution, most to shifts; single far values count little',
  kinds: ['numeric'],
  range: [0, Number.POSITIVE_INFINITY],
  yields: 'distance',
  // A shift of a quarter of a deviation of a normal column, as KS 0.1.
  effectFloor: 0.19,
  noiseFloor: (pair) => Math.sqrt(expectedSquare(pair)),
  // Of all quadratic forms of normal variables with this mean none has a longer tail than one square (Székely & Bakirov 2003).
  noiseLimit: (pair, alpha) => Math.sqrt(expectedSquare(pair) * chiSquareCritical(alpha, 1)),
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
