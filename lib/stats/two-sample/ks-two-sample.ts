/**
 * Two-sample Kolmogorov–Smirnov on raw values: D = sup |F - G|.
 *
 * Sensitive to: any change of distribution, most in the middle. Kinds: numeric. Range 0 … 1. p-value exact up to 10,000
 * rows a side (within a bound on work), else asymptotic, and it says which. Ties need nothing special.
 * Source: SciPy's conventions; statistics.md 3.1; golden `ks_2samp`,
 * `ks_asymptotic_sf`. Example: {0, 1} and {2, 3} give D = 1, p = 1/3.
 */

import type { Outcome } from '@/lib/stats/outcome'
import { kolmogorovSurvival, roundHalfEven } from '@/lib/stats/special/kolmogorov'
import { type KsAlternative, ksExactPValue } from '@/lib/stats/two-sample/ks-exact'
import { sortedPair } from '@/lib/stats/two-sample/samples'

const MAX_EXACT_ROWS = 10_000
/** Cell updates of the exact path for unequal sizes. */
const MAX_EXACT_WORK = 1e7

export interface KsTest {
  readonly value: number
  readonly pValue: number
  readonly methodUsed: 'exact' | 'asymp'
}

/** Largest F-G and G-F over all values, in units of 1/(n·m). */
function largestGaps(x: Float64Array, y: Float64Array): { readonly above: number; readonly below: number } {
  const [n, m] = [x.length, y.length]
  let [i, j, above, below] = [0, 0, 0, 0]
  let gap = 0
  while (i < n && j < m) {
    const a = x[i]!
    const b = y[j]!
    if (a <= b) for (; i < n && x[i] === a; i++) gap += m
    if (b <= a) for (; j < m && y[j] === b; j++) gap -= n
    if (gap > above) above = gap
    else if (-gap > below) below = -gap
  }
  return { above, below }
}

function asymptotic(d: number, n: number, m: number, alternative: KsAlternative): number {
  if (alternative === 'two-sided') return kolmogorovSurvival(Math.max(1, roundHalfEven((n * m) / (n + m))), d)
  const [a, b] = [Math.max(n, m), Math.min(n, m)]
  const z = Math.sqrt((a * b) / (a + b)) * d
  const exponent = -2 * z * z - (2 * z * (a + 2 * b)) / Math.sqrt(a * b * (a + b)) / 3
  return Math.min(1, Math.max(0, Math.exp(exponent)))
}

/**
 * @param reference finite values in any order
 * @param current finite values in any order
 * @param alternative `greater`: the reference's distribution function lies above somewhere
 */
export function ksTwoSample(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  {
    method = 'auto',
    alternative = 'two-sided',
  }: { method?: 'auto' | 'asymp'; alternative?: KsAlternative } = {},
): Outcome<KsTest> {
  const pair = sortedPair(reference, current, 1)
  if (pair.status !== 'ok') return pair
  const [n, m] = [pair.x.length, pair.y.length]
  const { above, below } = largestGaps(pair.x, pair.y)
  const largest = alternative === 'greater' ? above : alternative === 'less' ? below : Math.max(above, below)
  const value = largest / (n * m)
  const isExact =
    method === 'auto' && Math.max(n, m) <= MAX_EXACT_ROWS && (n === m || n * m <= MAX_EXACT_WORK)
  const pValue = isExact ? ksExactPValue(value, n, m, alternative) : asymptotic(value, n, m, alternative)
  return { status: 'ok', value, pValue, methodUsed: isExact ? 'exact' : 'asymp' }
}
