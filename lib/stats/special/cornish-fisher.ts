/**
 * Quantiles and tails of a standardised sum that is not quite normal, from its skewness. Source: Cornish & Fisher 1938,
 * first term.
 */
import { normalSurvival } from '@/lib/stats/special/normal'

/** The value that stands where a normal one is `z`, for either sign of the skewness the further of both ends. */
export function skewedQuantile(z: number, skewness: number): number {
  return z + (Math.abs(skewness) * (z * z - 1)) / 6
}

/** Chance that the sum lies beyond `distance` on either side, `distance` at least 1. */
export function skewedTails(distance: number, skewness: number): number {
  const bend = Math.abs(skewness) / 6
  if (bend < 1e-6) return 2 * normalSurvival(distance)
  const longer = (Math.sqrt(1 + 4 * bend * (distance + bend)) - 1) / (2 * bend)
  const inside = 1 - 4 * bend * (distance - bend)
  const shorter = inside > 0 ? normalSurvival((1 - Math.sqrt(inside)) / (2 * bend)) : 0
  return normalSurvival(longer) + shorter
}

/**
 * Skewness of the difference of two means of n and m draws.
 * @param skewness of a single draw
 */
export function skewnessOfDifference(skewness: number, n: number, m: number): number {
  return (skewness * (1 / (m * m) - 1 / (n * n))) / (1 / n + 1 / m) ** 1.5
}
