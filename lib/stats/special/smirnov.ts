/**
 * One-sided Smirnov law: P(sup (F_n - F) ≥ d) for a continuous F and sample size n, exactly.
 *
 * Σⱼ d C(n,j) (d+j/n)^(j-1) (1-d-j/n)^(n-j), each term written as d/(d+j/n) times a binomial probability,
 * computed with Loader's saddle-point form so that no digits are lost for large n.
 * Source: Smirnov 1944; Birnbaum & Tingey 1951; Loader 2000.
 */
import { stirlingError } from '@/lib/stats/special/log-gamma'

/**
 * Above this size not every term is taken. They are a smooth bell that vanishes at both ends, so that some ten thousand
 * evenly spaced ones, times their distance, have the same sum to all digits (the trapezoid rule on such a function).
 */
const MAX_SUMMED_ROWS = 50_000
const SPACED_TERMS = 10_000
/** Below this n·d² the bell is too steep at its ends for that. */
const SMALLEST_SPACED = 0.05
/**
 * There, with more rows than can be gone through, the expansion exp(-(6nd+1)²/(18n)) serves, right to 1e-7.
 * Source: Maag & Dicaire 1971.
 */
const MAX_STEEP_ROWS = 1_000_000

/** ln P(Bin(n, p) = j) with p = d + j/n; 0 < j < n. `errorOfN` is stirlingError(n). */
function logBinomialAt(n: number, j: number, d: number, errorOfN: number): number {
  const shift = n * d
  const rest = n - j
  if (rest <= shift) return Number.NEGATIVE_INFINITY
  // The linear parts of the two deviances cancel.
  const deviance = -j * Math.log1p(shift / j) - rest * Math.log1p(-shift / rest)
  const stirling = errorOfN - stirlingError(j) - stirlingError(rest)
  return stirling - deviance + 0.5 * Math.log(n / (2 * Math.PI * j * rest))
}

/**
 * @param n sample size, at least 1
 * @param d distance, 0 … 1
 */
export function smirnovSurvival(n: number, d: number): number {
  if (d <= 0) return 1
  if (d >= 1) return 0
  const isSpaced = n > MAX_SUMMED_ROWS && n * d * d >= SMALLEST_SPACED
  if (!isSpaced && n > MAX_STEEP_ROWS) return Math.exp(-((6 * n * d + 1) ** 2) / (18 * n))
  // The term for j = 0 is (1-d)^n.
  let sum = Math.exp(n * Math.log1p(-d))
  const errorOfN = stirlingError(n)
  const last = Math.min(n - 1, Math.floor(n * (1 - d)))
  const step = isSpaced ? Math.floor(n / SPACED_TERMS) : 1
  for (let j = step; j <= last; j += step) {
    sum += step * (d / (d + j / n)) * Math.exp(logBinomialAt(n, j, d, errorOfN))
  }
  return Math.min(1, sum)
}
