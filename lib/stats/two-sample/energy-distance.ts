/**
 * Energy distance in one dimension: √(2 ∫ (F-G)²).
 *
 * Sensitive to: any change, most to shifts. Kinds: numeric. Range 0 … ∞ in the root of the column's unit; distance, no
 * p-value. Source: Székely & Rizzo 2013; statistics.md 3.9; golden `energy_distance`. Example: {0} and {2} give 2.
 */
import type { Score } from '@/lib/stats/outcome'
import { gapIntegral } from '@/lib/stats/two-sample/gap-integral'
import { sortedPair } from '@/lib/stats/two-sample/samples'

/** A unit in which a range that overflows does not, and the square root of a tiny one does not vanish. */
function scaleFor(range: number): number {
  if (!Number.isFinite(range)) return 0.5
  // A range of 0 says nothing about the size of the values: scaled, they could overflow.
  return range > 0 && range < 1e-280 ? 2 ** 500 : 1
}

/**
 * @param reference finite values in any order
 * @param current finite values in any order
 */
export function energyDistance(reference: ArrayLike<number>, current: ArrayLike<number>): Score {
  const pair = sortedPair(reference, current, 1)
  if (pair.status !== 'ok') return pair
  const { x, y } = pair
  const [n, m] = [x.length, y.length]
  const range = Math.max(x[n - 1]!, y[m - 1]!) - Math.min(x[0]!, y[0]!)
  const scale = scaleFor(range)
  if (scale !== 1) {
    for (const values of [x, y]) for (let i = 0; i < values.length; i++) values[i]! *= scale
  }
  return { status: 'ok', value: Math.sqrt(2 / scale) * Math.sqrt(gapIntegral(x, y, 2)) }
}
