/** Owns turning counts on shared bins into shares, or the reason why they cannot be compared. Knows no distance. */
import { type Outcome, type UndefinedReason, undefinedBecause } from '@/lib/stats/outcome'
import { sumOf } from '@/lib/stats/sum'

/** Shares of non-negative weights that add up to 1. */
function sharesOf(weights: ArrayLike<number>): Float64Array | UndefinedReason {
  let largest = 0
  for (let j = 0; j < weights.length; j++) {
    const weight = weights[j]!
    if (typeof weight !== 'number' || !Number.isFinite(weight) || weight < 0) return 'invalid_value'
    largest = Math.max(largest, weight)
  }
  if (largest === 0) return 'too_few_values'
  // Relative to the largest one their sum cannot overflow; whole counts are divided once, as they are.
  const unit = largest > 1e290 || largest < 1e-290 ? largest : 1
  const scaled = Float64Array.from(weights, (weight) => weight / unit)
  const sum = sumOf(scaled)
  return scaled.map((weight) => weight / sum)
}

/**
 * @param reference counts or weights by bin
 * @param current counts on the same bins
 * @returns shares, or `invalid_value`, `length_mismatch`, or `too_few_values` when a side has none
 */
export function sharesOfPair(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): Outcome<{ readonly p: Float64Array; readonly q: Float64Array }> {
  if (reference.length !== current.length) return undefinedBecause('length_mismatch')
  const p = sharesOf(reference)
  if (typeof p === 'string') return undefinedBecause(p)
  const q = sharesOf(current)
  if (typeof q === 'string') return undefinedBecause(q)
  return { status: 'ok', p, q }
}
