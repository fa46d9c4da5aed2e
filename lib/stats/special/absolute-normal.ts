/**
 * Absolute values of normal variables: what two of them share, and the law of their sum by its first two moments.
 *
 * Cov(|X|, |Y|) = (2/π) σ σ' (√(1-ρ²) + ρ asin ρ - 1). A sum of such sizes is taken as a multiple of a chi variable, the law
 * of a single one, with the same mean and variance. Source: Nabeya 1951; Satterthwaite 1946 (the matching).
 */
import { chiSquareCritical } from '@/lib/stats/special/incomplete-gamma'
import { logGamma } from '@/lib/stats/special/log-gamma'

/** √(1-ρ²) + ρ asin ρ - 1 in powers of ρ²; the last coefficient makes it π/2 - 1 at ρ = 1. */
export const ABSOLUTE_SERIES: readonly number[] = [
  1 / 2,
  1 / 24,
  1 / 80,
  Math.PI / 2 - 1 - (1 / 2 + 1 / 24 + 1 / 80),
]

/** Mean of a chi variable. */
const chiMean = (df: number) => Math.SQRT2 * Math.exp(logGamma((df + 1) / 2) - logGamma(df / 2))

/** Degrees of freedom beyond which the law is normal for all that matters. */
const MOST_FREEDOM = 1e4
const LEAST_FREEDOM = 0.05

/** Degrees of freedom of the chi law whose squared mean is so many times its variance. */
function freedomOf(ratio: number): number {
  let [low, high] = [LEAST_FREEDOM, MOST_FREEDOM]
  while (high - low > 1e-4 * low) {
    const middle = Math.sqrt(low * high)
    const mean = chiMean(middle)
    if (mean ** 2 / (middle - mean ** 2) < ratio) low = middle
    else high = middle
  }
  return Math.sqrt(low * high)
}

/** What a sum of absolute normal variables with these moments exceeds with probability alpha. */
export function absoluteSumCritical(
  { mean, variance }: { readonly mean: number; readonly variance: number },
  alpha: number,
): number {
  if (!(variance > 0) || !(mean > 0)) return mean
  const df = freedomOf(mean ** 2 / variance)
  return (mean / chiMean(df)) * Math.sqrt(chiSquareCritical(alpha, df))
}
