/**
 * Chi-square tests on category counts.
 *
 * Sensitive to: any change of shares. Kinds: categorical. Range 0 … ∞; p-value from the chi-square law.
 * Goodness of fit takes the reference as known (Evidently); contingency tests a 2×k table (NannyML, ours), with
 * Yates' correction only when k = 2. Categories that are empty on both sides are left out.
 * Source: statistics.md 5.1; golden `chi_square`. Example: [10, 20] against [20, 10] gives 5.4 with Yates' correction.
 */

import { type Score, undefinedBecause } from '@/lib/stats/outcome'
import { chiSquareSurvival } from '@/lib/stats/special/incomplete-gamma'
import { sumOf } from '@/lib/stats/sum'

interface Table {
  readonly reference: readonly number[]
  readonly current: readonly number[]
  readonly n: number
  readonly m: number
}

function occupied(reference: ArrayLike<number>, current: ArrayLike<number>): Table | null {
  const pairs = Array.from(reference, (count, j) => [count, current[j] ?? 0] as const).filter(
    ([a, b]) => a + b > 0,
  )
  const table = { reference: pairs.map(([a]) => a), current: pairs.map(([, b]) => b) }
  const n = sumOf(table.reference)
  const m = sumOf(table.current)
  return n > 0 && m > 0 ? { ...table, n, m } : null
}

function scored(value: number, categories: number): Score {
  const degreesOfFreedom = categories - 1
  return { status: 'ok', value, pValue: chiSquareSurvival(value, degreesOfFreedom), degreesOfFreedom }
}

/** Expected = reference shares × m. The value is Infinity when a category of the current side is new. */
export function chiSquareGoodnessOfFit(reference: ArrayLike<number>, current: ArrayLike<number>): Score {
  const table = occupied(reference, current)
  if (!table) return undefinedBecause('too_few_values')
  const terms = table.reference.map((count, j) => {
    const expected = (count * table.m) / table.n
    return (table.current[j]! - expected) ** 2 / expected
  })
  return scored(
    terms.includes(Number.POSITIVE_INFINITY) ? Number.POSITIVE_INFINITY : sumOf(terms),
    terms.length,
  )
}

/** 2×k table of counts; `yates` false switches the correction for k = 2 off. */
export function chiSquareContingency(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  yates = true,
): Score {
  const table = occupied(reference, current)
  if (!table) return undefinedBecause('too_few_values')
  const { n, m } = table
  const correct = yates && table.reference.length === 2
  const terms = table.reference.flatMap((count, j) => {
    const pooled = count + table.current[j]!
    return [
      [count, (pooled * n) / (n + m)] as const,
      [table.current[j]!, (pooled * m) / (n + m)] as const,
    ].map(([observed, expected]) => {
      const gap = Math.abs(observed - expected)
      return (correct ? gap - Math.min(0.5, gap) : gap) ** 2 / expected
    })
  })
  return scored(table.reference.length === 1 ? 0 : sumOf(terms), table.reference.length)
}

/** Pooled count below which a category is too rare for the chi-square law. */
export const RARE_POOLED_COUNT = 5

/** The same counts with all categories of pooled count below 5 merged into one; says how many were merged. */
export function mergeRare(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): { readonly reference: number[]; readonly current: number[]; readonly merged: number } {
  const kept = { reference: [] as number[], current: [] as number[] }
  const rare = { reference: 0, current: 0, merged: 0 }
  for (let j = 0; j < reference.length; j++) {
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
