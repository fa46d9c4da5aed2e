/**
 * One-sided Smirnov law: P(sup (F_n - F) ≥ d) for a continuous F and sample size n, exactly.
 *
 * Σⱼ d C(n,j) (d+j/n)^(j-1) (1-d-j/n)^(n-j), each term written as d/(d+j/n) times a binomial probability,
 * computed with Loader's saddle-point form so that no digits are lost for large n.
 * Source: Smirnov 1944; Birnbaum & Tingey 1951; Loader 2000.
 */
import { stirlingError } from '@/lib/stats/special/log-gamma'

/**
 * Above this size the sum would be a loop over millions of rows; its expansion exp(-(6nd+1)²/(18n)) serves instead, right to
 * about 1e-6 there and the choice of the reference implementation too. Source: Maag & Dicaire 1971.
 */
const MAX_SUMMED_ROWS = 1_000_000

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
  if (n > MAX_SUMMED_ROWS) return Math.exp(-((6 * n * d + 1) ** 2) / (18 * n))
  // The term for j = 0 is (1-d)^n.
  let sum = Math.exp(n * Math.log1p(-d))
  const errorOfN = stirlingError(n)
  const last = Math.min(n - 1, Math.floor(n * (1 - d)))
  for (let j = 1; j <= last; j++) {
    sum += (d / (d + j / n)) * Math.exp(logBinomialAt(n, j, d, errorOfN))
  }
  return Math.min(1, sum)
}
