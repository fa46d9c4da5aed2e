/**
 * Fisher's exact test on a 2×2 table.
 *
 * Sensitive to: a change of one share, at any counts, the smallest too. Kinds: counts of two outcomes. Odds ratio ad/(bc)
 * of the sample; two-sided p adds all tables at most as probable as the observed one.
 * Source: statistics.md 5.3; golden `fisher_exact`. Example: [[3, 1], [1, 3]] gives p = 0.4857.
 * Range of the odds ratio 0 … ∞.
 */

import type { Proportion } from '@/lib/stats/categorical/two-proportion-z'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { logGamma } from '@/lib/stats/special/log-gamma'

/** Tables as probable as the observed one count too; log-gamma sums of large counts are this inexact. */
const SLACK = 1e-7

const logChoose = (n: number, k: number) => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1)

/** ln P(X = x) for x successes among `drawn` of a population of `total` with `marked` successes. */
function logHypergeometric(x: number, drawn: number, marked: number, total: number): number {
  return logChoose(marked, x) + logChoose(total - marked, drawn - x) - logChoose(total, drawn)
}

export interface FisherTable {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly d: number
}

export interface FisherTest {
  /** Infinity when bc = 0; null when a row or column is empty. */
  readonly oddsRatio: number | null
  readonly pTwoSided: number
  /** P of an upper left cell at least as large. */
  readonly pGreater: number
  /** P of an upper left cell at most as large. */
  readonly pLess: number
}

const isWholeCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0

/** Rows [a, b] and [c, d] of whole counts, else `invalid_value`; an empty row or column answers p = 1. */
export function fisherExact({ a, b, c, d }: FisherTable): Outcome<FisherTest> {
  if (![a, b, c, d, a + b + c + d].every(isWholeCount)) return undefinedBecause('invalid_value')
  const [drawn, marked, total] = [a + b, a + c, a + b + c + d]
  if (drawn === 0 || c + d === 0 || marked === 0 || b + d === 0) {
    return { status: 'ok', oddsRatio: null, pTwoSided: 1, pGreater: 1, pLess: 1 }
  }
  const low = Math.max(0, drawn - (total - marked))
  const high = Math.min(drawn, marked)
  const observed = logHypergeometric(a, drawn, marked, total)
  let [two, greater, less] = [0, 0, 0]
  for (let x = low; x <= high; x++) {
    const logTerm = logHypergeometric(x, drawn, marked, total)
    const term = Math.exp(logTerm)
    if (logTerm <= observed + SLACK) two += term
    if (x >= a) greater += term
    if (x <= a) less += term
  }
  const clip = (p: number) => Math.min(1, p)
  return {
    status: 'ok',
    oddsRatio: b * c === 0 ? Number.POSITIVE_INFINITY : (a * d) / (b * c),
    pTwoSided: clip(two),
    pGreater: clip(greater),
    pLess: clip(less),
  }
}

/**
 * One-sided p for "the current share is larger", exact: sums only the upper tail, from the observed count on.
 * Meant for small counts; its cost grows with the number of successes.
 */
export function fisherRise(reference: Proportion, current: Proportion): number {
  const total = reference.n + current.n
  const marked = reference.successes + current.successes
  if (current.n === 0 || reference.n === 0 || marked === 0) return 1
  let p = 0
  for (let x = current.successes; x <= Math.min(marked, current.n); x++) {
    p += Math.exp(logHypergeometric(x, current.n, marked, total))
  }
  return Math.min(1, p)
}
