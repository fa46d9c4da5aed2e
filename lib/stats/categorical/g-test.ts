/**
 * G test (log-likelihood ratio) on category counts: G = 2 Σ o ln(o/e); an empty cell adds 0.
 *
 * Sensitive to: any change of shares, most where a category is rare in the reference. Kinds: categorical. Range 0 … ∞;
 * p-value from the chi-square law with k-1 degrees of freedom. Conventions: goodness of fit takes the reference as known
 * and scales it to the current total; contingency tests the 2×k table, without a continuity correction. Categories that
 * are empty on both sides are left out; one category answers 0, p = 1.
 * Source: Agresti 2002, section 2.4; statistics.md 5.2; golden `g_test`. Example: [10, 20] against [20, 10] gives 6.796
 * as a contingency table.
 */
import { pairCounts } from '@/lib/stats/categorical/paired-counts'
import type { Score } from '@/lib/stats/outcome'
import { chiSquareSurvival } from '@/lib/stats/special/incomplete-gamma'
import { sumOf } from '@/lib/stats/sum'

/** ln(a/b) for shares; Infinity when b is 0. */
function logRatio(a: number, b: number): number {
  const ratio = a / b
  return ratio > 1e-300 && ratio < 1e300 ? Math.log(ratio) : Math.log(a) - Math.log(b)
}

/** share · ln(observed/expected); 0 for an empty cell. */
function term(share: number, observed: number, expected: number): number {
  return share === 0 ? 0 : share * logRatio(observed, expected)
}

/** @param terms in shares of `total`, so that no count is too large */
function scored(terms: readonly number[], total: number, categories: number): Score {
  const isNew = terms.includes(Number.POSITIVE_INFINITY)
  // The sum is never below 0; rounding may leave it there when the two sides agree.
  const value = isNew ? Number.POSITIVE_INFINITY : Math.max(0, 2 * (total * sumOf(terms)))
  const degreesOfFreedom = categories - 1
  return { status: 'ok', value, pValue: chiSquareSurvival(value, degreesOfFreedom), degreesOfFreedom }
}

/** Expected = reference shares × m. The value is Infinity when a category of the current side is new. */
export function gGoodnessOfFit(reference: ArrayLike<number>, current: ArrayLike<number>): Score {
  const paired = pairCounts(reference, current)
  if (paired.status !== 'ok') return paired
  const { n, m, ...counts } = paired.counts
  const terms = counts.current.map((count, j) => term(count / m, count / m, counts.reference[j]! / n))
  return scored(terms, m, terms.length)
}

/** 2×k table of counts, both sides estimated. */
export function gContingency(reference: ArrayLike<number>, current: ArrayLike<number>): Score {
  const paired = pairCounts(reference, current)
  if (paired.status !== 'ok') return paired
  const { n, m, ...counts } = paired.counts
  const total = n + m
  if (counts.current.length === 1) return scored([], total, 1)
  const terms = new Array<number>(2 * counts.current.length)
  for (let j = 0; j < counts.current.length; j++) {
    const [before, now] = [counts.reference[j]!, counts.current[j]!]
    const pooled = before + now
    terms[2 * j] = term(before / total, before / pooled, n / total)
    terms[2 * j + 1] = term(now / total, now / pooled, m / total)
  }
  return scored(terms, total, counts.current.length)
}
