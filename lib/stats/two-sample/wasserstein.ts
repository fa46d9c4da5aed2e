/**
 * First Wasserstein (earth mover's) distance of two samples: ∫|F-G|.
 *
 * Sensitive to: shifts, in proportion to distance; heavy tails can dominate. Kinds: numeric. Range 0 … ∞ in the
 * unit of the column, or normed by the reference deviation (floor 0.001, Evidently). Distance, no p-value.
 * Source: statistics.md 3.8; golden `wasserstein`. Example: {0, 0} and {1, 1} give 1.
 */
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { deviationOf } from '@/lib/stats/sum'
import { sortedPair } from '@/lib/stats/two-sample/samples'
import { visitTies } from '@/lib/stats/two-sample/tie-groups'

/** Smallest unit of the normed distance: a constant reference has no deviation. */
export const SMALLEST_DEVIATION = 0.001

/** Above this size squares overflow; distances and deviations are then taken in units of the largest value. */
const LARGEST_UNIT = 1e150

/** Deviation of sorted values in a unit that keeps their squares finite. */
function spreadOf(sorted: Float64Array): { readonly unit: number; readonly deviation: number } {
  const largest = Math.max(Math.abs(sorted[0]!), Math.abs(sorted[sorted.length - 1]!))
  const unit = largest > LARGEST_UNIT ? largest : 1
  return { unit, deviation: deviationOf(sorted.map((value) => value / unit)) ?? 0 }
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
  const [n, m] = [x.length, y.length]
  const { unit, deviation } = spreadOf(x)
  let previous = 0
  let sum = 0
  let lost = 0
  visitTies(x, y, (value, _a, _b, i, j) => {
    const share = Math.abs(i * m - j * n) / (n * m)
    // The first value has no gap below it.
    const term = i + j === 0 ? 0 : share * (value / unit - previous / unit)
    const next = sum + term
    lost += sum >= term ? sum - next + term : term - next + sum
    sum = next
    previous = value
  })
  const raw = (sum + lost) * unit
  const normed =
    raw < Number.POSITIVE_INFINITY
      ? raw / Math.max(deviation * unit, SMALLEST_DEVIATION)
      : (sum + lost) / deviation
  // Two samples at the two ends of the doubles are further apart than a double can say.
  if (!Number.isFinite(raw) || !Number.isFinite(normed)) return undefinedBecause('invalid_value')
  return { status: 'ok', raw, normed }
}
