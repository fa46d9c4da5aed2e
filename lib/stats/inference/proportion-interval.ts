/**
 * Intervals for a proportion: Wilson (default everywhere), Wald and Agresti–Coull for comparison.
 *
 * Source: Wilson 1927; statistics.md section 14; golden `proportion_interval`.
 * Example: 0 of 10 at 95 % gives [0, 0.2775].
 */
import { normalQuantile } from '@/lib/stats/special/normal'

export type Interval = readonly [lower: number, upper: number]

const clip = (share: number) => Math.min(1, Math.max(0, share))

/**
 * Wilson's interval; exact 0 and 1 at the ends.
 * @param successes 0 … n
 * @param n at least 1
 * @param alpha 1 minus the level, for example 0.05
 */
export function wilsonInterval(successes: number, n: number, alpha = 0.05): Interval {
  const z = normalQuantile(1 - alpha / 2)
  const share = successes / n
  const weight = (z * z) / n
  const centre = (share + weight / 2) / (1 + weight)
  const half = (z / (1 + weight)) * Math.sqrt((share * (1 - share)) / n + weight / (4 * n))
  return [successes === 0 ? 0 : clip(centre - half), successes === n ? 1 : clip(centre + half)]
}

/** Normal approximation, clipped to [0, 1]; poor near the ends. */
export function waldInterval(successes: number, n: number, alpha = 0.05): Interval {
  const z = normalQuantile(1 - alpha / 2)
  const share = successes / n
  const half = z * Math.sqrt((share * (1 - share)) / n)
  return [clip(share - half), clip(share + half)]
}

/** Wald's interval after adding z²/2 successes and failures, clipped to [0, 1]. */
export function agrestiCoullInterval(successes: number, n: number, alpha = 0.05): Interval {
  const z = normalQuantile(1 - alpha / 2)
  return waldInterval(successes + (z * z) / 2, n + z * z, alpha)
}
