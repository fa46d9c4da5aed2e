/**
 * First Wasserstein (earth mover's) distance of two samples: ∫|F-G|.
 *
 * Sensitive to: shifts, in proportion to distance; heavy tails can dominate. Kinds: numeric. Range 0 … ∞ in the
 * unit of the column, or normed by the reference deviation (floor 0.001, Evidently). Distance, no p-value.
 * Source: statistics.md 3.8; golden `wasserstein`. Example: {0, 0} and {1, 1} give 1.
 */
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { deviationOf } from '@/lib/stats/sum'

/** Smallest unit of the normed distance: a constant reference has no deviation. */
export const SMALLEST_DEVIATION = 0.001

/**
 * @param reference finite values in any order
 * @param current finite values in any order
 * @returns raw distance, and the distance in reference standard deviations (divisor n)
 */
export function wasserstein(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): Outcome<{ readonly raw: number; readonly normed: number }> {
  const deviation = deviationOf(reference)
  if (deviation === null || current.length === 0) return undefinedBecause('too_few_values')
  const x = Float64Array.from(reference).sort()
  const y = Float64Array.from(current).sort()
  const n = x.length
  const m = y.length
  let i = 0
  let j = 0
  let previous = Math.min(x[0]!, y[0]!)
  let sum = 0
  let lost = 0
  while (i < n || j < m) {
    const next = Math.min(i < n ? x[i]! : Number.POSITIVE_INFINITY, j < m ? y[j]! : Number.POSITIVE_INFINITY)
    const term = (Math.abs(i * m - j * n) * (next - previous)) / (n * m) - lost
    const total = sum + term
    lost = total - sum - term
    sum = total
    previous = next
    while (i < n && x[i] === next) i++
    while (j < m && y[j] === next) j++
  }
  return { status: 'ok', raw: sum, normed: sum / Math.max(deviation, SMALLEST_DEVIATION) }
}
