/** Owns the one-sided comparison of a share with the reference: limit, significance, and whether there was enough. */
import { fisherRise } from '@/lib/stats/categorical/fisher-exact'
import { type Proportion, twoProportionZ } from '@/lib/stats/categorical/two-proportion-z'
import { rowsForShare } from '@/lib/stats/inference/power'

/** A share this far beyond its limit, or of at least half of all rows, is severe. */
const SEVERE_EXCESS = 0.2
const SEVERE_SHARE = 0.5

export interface ShareCounts {
  readonly count: number
  readonly n: number
  readonly referenceCount: number
  readonly referenceN: number
}

export interface ShareTest {
  readonly value: number
  readonly referenceShare: number
  readonly limit: number
  readonly limitRatio: number
  readonly pValue: number
  readonly isSevere: boolean
  readonly isEnough: boolean
  readonly neededN: number | null
}

/** One or two odd rows are an accident, however sure a test is that the reference has none. */
export const MIN_FAULTY_ROWS = 3

/** Rows expected in the window from which the normal law may stand in for the exact one. */
export const MIN_EXPECTED_FOR_Z = 20

/** One-sided p for a share that rose: exact where few rows are expected, else pooled z. */
function riseOf(reference: Proportion, current: Proportion): number {
  if (current.successes < MIN_FAULTY_ROWS) return 1
  const pooled = (reference.successes + current.successes) / (reference.n + current.n)
  if (pooled * current.n < MIN_EXPECTED_FOR_Z) return fisherRise(reference, current)
  const test = twoProportionZ(reference, current)
  return test.status === 'ok' ? test.pValueUp : 1
}

/**
 * @param floor smallest rise over the reference's share that matters
 * @param alpha significance asked of one window
 * @param allowed share that an expectation allows, whatever the reference has
 * @param tests how many such tests are corrected together
 */
export function testShare(
  { count, n, referenceCount, referenceN }: ShareCounts,
  {
    floor,
    alpha,
    allowed = 0,
    tests = 1,
  }: { floor: number; alpha: number; allowed?: number; tests?: number },
): ShareTest {
  const value = count / n
  const referenceShare = referenceN > 0 ? referenceCount / referenceN : 0
  const limit = Math.min(1, Math.max(referenceShare + floor, allowed))
  const reference = { successes: referenceCount, n: Math.max(1, referenceN) }
  const neededN = rowsForShare(referenceShare, floor, Math.max(1, referenceN), alpha / Math.max(1, tests))
  return {
    value,
    referenceShare,
    limit,
    limitRatio: limit > 0 ? value / limit : 0,
    pValue: riseOf(reference, { successes: count, n }),
    isSevere: value >= SEVERE_SHARE || value >= limit + SEVERE_EXCESS,
    isEnough: neededN !== null && n >= neededN,
    neededN,
  }
}
