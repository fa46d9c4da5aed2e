/**
 * First Wasserstein (earth mover's) distance of two samples: ∫|F-G|.
 *
 * Sensitive to: shifts, in proportion to distance; heavy tails can dominate. Kinds: numeric. Range 0 … ∞ in the
 * unit of the column, or normed by the reference deviation (floor 0.001, Evidently). Distance, no p-value.
 * Source: statistics.md 3.8; golden `wasserstein`. Example: {0, 0} and {1, 1} give 1.
 */
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { deviationOf } from '@/lib/stats/sum'
import { gapIntegral } from '@/lib/stats/two-sample/gap-integral'
import { sortedPair } from '@/lib/stats/two-sample/samples'

/** Smallest unit of the normed distance: a constant reference has no deviation. */
export const SMALLEST_DEVIATION = 0.001

/** Above this size squares overflow; distances and deviations are then taken in units of the largest value. */
const LARGEST_UNIT = 1e150

/** A unit in which the squares of sorted values stay finite. */
function unitOf(sorted: Float64Array): number {
  const largest = Math.max(Math.abs(sorted[0]!), Math.abs(sorted[sorted.length - 1]!))
  return largest > LARGEST_UNIT ? largest : 1
}

function divideBy(values: Float64Array, unit: number): void {
  for (let i = 0; i < values.length; i++) values[i]! /= unit
}

/**
 * @param reference finite values in any order
 * @param current finite values in any order
 * @returns raw distance, and the distance in reference standard deviations (divisor n)
 */
export function wasserstein(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): Outcome<{ readonly raw: number; readonly normed: number }> {
  const pair = sortedPair(reference, current, 1)
  if (pair.status !== 'ok') return pair
  const { x, y } = pair
  const unit = unitOf(x)
  if (unit !== 1) for (const values of [x, y]) divideBy(values, unit)
  const deviation = deviationOf(x) ?? 0
  const area = gapIntegral(x, y, 1)
  const raw = area * unit
  const normed =
    raw < Number.POSITIVE_INFINITY ? raw / Math.max(deviation * unit, SMALLEST_DEVIATION) : area / deviation
  // Two samples at the two ends of the doubles are further apart than a double can say.
  if (!Number.isFinite(raw) || !Number.isFinite(normed)) return undefinedBecause('invalid_value')
  return { status: 'ok', raw, normed }
}
