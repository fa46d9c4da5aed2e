/**
 * Pooled Z test of two proportions.
 *
 * Sensitive to: a change of one share. Kinds: counts of two outcomes. Statistic reference minus current, p two-sided
 * by erfc, which stays relative beyond z = 8. Source: statistics.md 5.4; golden `two_proportion_z`.
 * Example: 400 of 1,000 against 700 of 1,000 gives z = -13.48.
 * Range -∞ … ∞, negative when the current share is larger.
 */

import { isCount } from '@/lib/stats/categorical/paired-counts'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { erfc, normalSurvival } from '@/lib/stats/special/normal'

export interface Proportion {
  readonly successes: number
  readonly n: number
}

const isProportion = ({ successes, n }: Proportion) => isCount(successes) && isCount(n) && successes <= n

/** @returns z, the two-sided p-value, and the one-sided one for "current is larger"; `constant` when nothing varies */
export function twoProportionZ(
  reference: Proportion,
  current: Proportion,
): Outcome<{ readonly value: number; readonly pValue: number; readonly pValueUp: number }> {
  if (!isProportion(reference) || !isProportion(current)) return undefinedBecause('invalid_value')
  if (reference.n === 0 || current.n === 0) return undefinedBecause('too_few_values')
  const pooled = (reference.successes + current.successes) / (reference.n + current.n)
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / reference.n + 1 / current.n))
  if (!(spread > 0)) return undefinedBecause('constant')
  const value = (reference.successes / reference.n - current.successes / current.n) / spread
  return { status: 'ok', value, pValue: erfc(Math.abs(value) / Math.SQRT2), pValueUp: normalSurvival(-value) }
}
