/**
 * Chi-square tests on category counts.
 *
 * Sensitive to: any change of shares. Kinds: categorical. Range 0 … ∞; p-value from the chi-square law.
 * Goodness of fit takes the reference as known (Evidently); contingency tests a 2×k table (NannyML, ours), with
 * Yates' correction only when k = 2. Categories that are empty on both sides are left out.
 * Source: statistics.md 5.1; golden `chi_square`. Example: [10, 20] against [20, 10] gives 5.4 with Yates' correction.
 */

import { pairCounts } from '@/lib/stats/categorical/paired-counts'
import type { Score } from '@/lib/stats/outcome'
import { chiSquareSurvival } from '@/lib/stats/special/incomplete-gamma'
import { sumOf } from '@/lib/stats/sum'

function scored(value: number, categories: number): Score {
  const degreesOfFreedom = categories - 1
  return { status: 'ok', value, pValue: chiSquareSurvival(value, degreesOfFreedom), degreesOfFreedom }
}

/** gap² / (a·b) without its square, which would overflow for the largest counts; 0 for no gap. */
const term = (gap: number, a: number, b = 1) => (gap === 0 ? 0 : (gap / a) * (gap / b))

/** Expected = reference shares × m. The value is Infinity when a category of the current side is new. */
export function chiSquareGoodnessOfFit(reference: ArrayLike<number>, current: ArrayLike<number>): Score {
  const paired = pairCounts(reference, current)
  if (paired.status !== 'ok') return paired
  const { n, m, ...counts } = paired.counts
  const terms = counts.current.map((now, j) => {
    const expected = counts.reference[j]! / n
    return m * term(now / m - expected, expected)
  })
  // Terms of the largest counts may be finite one by one and no longer in sum.
  const sum = sumOf(terms)
  return scored(Number.isFinite(sum) ? sum : Number.POSITIVE_INFINITY, terms.length)
}

/** 2×k table of counts; `yates` false switches the correction for k = 2 off. */
export function chiSquareContingency(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  yates = true,
): Score {
  const paired = pairCounts(reference, current)
  if (paired.status !== 'ok') return paired
  const { n, m, ...counts } = paired.counts
  const total = n + m
  const categories = counts.reference.length
  if (categories === 1) return scored(0, 1)
  const correction = yates && categories === 2 ? 0.5 / total : 0
  const terms = new Float64Array(2 * categories)
  for (let j = 0; j < categories; j++) {
    const [before, now] = [counts.reference[j]!, counts.current[j]!]
    const pooled = (before + now) / total
    // Both rows differ from what is expected by the same count.
    const gap = Math.abs((before / total) * (m / total) - (now / total) * (n / total))
    const corrected = Math.max(0, gap - correction)
    terms[2 * j] = term(corrected, pooled, n / total)
    terms[2 * j + 1] = term(corrected, pooled, m / total)
  }
  return scored(total * sumOf(terms), categories)
}

/** Pooled count below which a category is too rare for the chi-square law. */
export const RARE_POOLED_COUNT = 5

/**
 * The same counts with all categories of pooled count below 5 merged into one; says how many were merged. What is no
 * count stays one of them, so that the test it goes to refuses it.
 */
export function mergeRare(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): { readonly reference: number[]; readonly current: number[]; readonly merged: number } {
  const kept = { reference: [] as number[], current: [] as number[] }
  const rare = { reference: 0, current: 0, merged: 0 }
  for (let j = 0; j < Math.max(reference.length, current.length); j++) {
    const pooled = reference[j]! + current[j]!
    if (pooled === 0) continue
    if (pooled >= RARE_POOLED_COUNT) {
      kept.reference.push(reference[j]!)
      kept.current.push(current[j]!)
    } else {
      rare.reference += reference[j]!
      rare.current += current[j]!
      rare.merged++
    }
  }
  if (rare.merged > 0) {
    kept.reference.push(rare.reference)
    kept.current.push(rare.current)
  }
  return { ...kept, merged: rare.merged }
}
