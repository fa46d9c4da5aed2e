/**
 * Exact law of the Mann–Whitney U without ties, as probabilities of its lower half.
 *
 * The counts are the coefficients of Π (1 - q^(m+i)) / (1 - q^i), i = 1 … n, n the smaller size: sums first, then differences,
 * which lose nothing below the middle for small n. Source: Mann & Whitney 1947; Andrews 1976 (Gaussian binomials).
 */
import { logGamma } from '@/lib/stats/special/log-gamma'

/** Counts of U = 0 … last among all orders of n and m values, scaled to probabilities. */
function lowerHalf(n: number, m: number, last: number): Float64Array {
  const counts = new Float64Array(last + 1)
  counts[0] = 1
  for (let i = 1; i <= n; i++) for (let u = i; u <= last; u++) counts[u]! += counts[u - i]!
  for (let i = 1; i <= n; i++) {
    for (let u = last; u >= m + i; u--) counts[u]! -= counts[u - m - i]!
  }
  const all = Math.exp(logGamma(n + m + 1) - logGamma(n + 1) - logGamma(m + 1))
  for (let u = 0; u <= last; u++) counts[u]! /= all
  return counts
}

/**
 * P(U ≥ u) for sizes n and m of continuous samples; the law is symmetric around nm/2.
 * @param u whole number
 */
export function mannWhitneyExactSurvival(u: number, n: number, m: number): number {
  const product = n * m
  if (u <= 0) return 1
  if (u > product) return 0
  const [small, large] = [Math.min(n, m), Math.max(n, m)]
  const isUpper = 2 * u > product
  // P(U ≥ u) = P(U ≤ nm - u); below the middle it is 1 - P(U ≤ u - 1).
  const last = isUpper ? product - u : u - 1
  const probabilities = lowerHalf(small, large, last)
  let sum = 0
  for (let k = 0; k <= last; k++) sum += probabilities[k]!
  return Math.min(1, isUpper ? sum : 1 - sum)
}
