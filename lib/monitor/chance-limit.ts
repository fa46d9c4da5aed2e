/** Owns what chance alone gives a comparison: by the null table of the profile where it has one, else in closed form. */
import type { ReferenceColumn } from '@/lib/monitor/reference'
import type { DriftMethod } from '@/lib/stats/methods/drift-method'
import { type Pair, pairSizes } from '@/lib/stats/methods/pair'
import { hasNullLimit, nullChance, nullLimit } from '@/lib/stats/null-table/null-table'
import type { Score } from '@/lib/stats/outcome'
import { ksPValue } from '@/lib/stats/special/kolmogorov'

/** Distance that chance alone exceeds with probability alpha. */
export function chanceLimit(column: ReferenceColumn, method: DriftMethod, pair: Pair, alpha: number): number {
  const { n, m } = pairSizes(pair)
  return nullLimit(column.nullTable, method.id, { n, m, alpha }) ?? method.noiseLimit(pair, alpha)
}

/** Whether that limit is drawn: from as many rows of reference, in a window that is not too small for the table. */
export function isLimitDrawn(column: ReferenceColumn, method: string, m: number): boolean {
  return hasNullLimit(column.nullTable, method, column.n, m)
}

/** Significance of a test's score: of its value, and of the upper end where it is an interval. */
export function significance(
  column: ReferenceColumn,
  test: DriftMethod,
  score: Score,
  pair: Pair,
): { readonly p: number; readonly upperP: number } {
  if (score.status !== 'ok') return { p: 1, upperP: 1 }
  const { n, m } = pairSizes(pair)
  const drawn = (value: number) => nullChance(column.nullTable, test.id, { n, m, value })
  const p = drawn(score.value) ?? score.pValue ?? 1
  const upper = score.interval?.[1] ?? score.value
  return { p, upperP: upper === score.value ? p : (drawn(upper) ?? ksPValue(upper, n, m)) }
}
