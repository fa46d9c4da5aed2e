/** Owns the two-sided comparison of the share of one class with the reference: what matters, how sure, how much data. */
import { MIN_EXPECTED_FOR_Z, MIN_FAULTY_ROWS } from '@/lib/monitor/share-test'
import { fisherRise } from '@/lib/stats/categorical/fisher-exact'
import { type Proportion, twoProportionZ } from '@/lib/stats/categorical/two-proportion-z'
import { rowsForShare } from '@/lib/stats/inference/power'
import { normalQuantile } from '@/lib/stats/special/normal'

/** A class that the reference hardly knows matters from this share on. */
const RARE_RISE = 0.02

export interface ClassCounts {
  readonly label: string
  readonly count: number
  readonly n: number
  readonly referenceCount: number
  readonly referenceN: number
}

export interface ClassChange {
  readonly label: string
  readonly share: number
  readonly referenceShare: number
  /** On the side to which the share moved, 0 … 1. */
  readonly limit: number
  /** How far the share went towards its limit. */
  readonly limitRatio: number
  /** Two-sided, of this class alone. */
  readonly pValue: number
  /** Records at which a rise that matters would be seen half of the time; null when the reference is too small. */
  readonly neededN: number | null
}

/**
 * Change that matters: `floor` points, or less for a rare class, which matters when it doubles (2 % at least) or halves.
 * The share of the others is looked at in the same way, so that a class and its complement agree.
 */
export function classFloor(referenceShare: number, isRise: boolean, floor: number): number {
  const rising = isRise ? referenceShare : 1 - referenceShare
  return Math.min(floor, Math.max(RARE_RISE, rising), (1 - rising) / 2 || floor)
}

/** One-sided p for a share that rose: exact while few records are expected on either side of it, else pooled z. */
function riseP(reference: Proportion, current: Proportion): number {
  const pooled = (reference.successes + current.successes) / (reference.n + current.n)
  if (Math.min(pooled, 1 - pooled) * current.n < MIN_EXPECTED_FOR_Z) return fisherRise(reference, current)
  const test = twoProportionZ(reference, current)
  return test.status === 'ok' ? test.pValueUp : 1
}

/** In the direction in which the share moved: a fall of a class is a rise of the others. Up to two odd records prove nothing. */
function oneSidedP({ count, n, referenceCount, referenceN }: ClassCounts, isRise: boolean): number {
  const expected = (referenceCount / referenceN) * n
  if ((isRise ? count : expected - count) < MIN_FAULTY_ROWS) return 1
  return isRise
    ? riseP({ successes: referenceCount, n: referenceN }, { successes: count, n })
    : riseP({ successes: referenceN - referenceCount, n: referenceN }, { successes: n - count, n })
}

/**
 * @param counts both sides have records
 * @param swing how much the share moved in the reference by itself
 * @param tests how many such tests are corrected together
 * @param alpha significance asked of one window
 */
export function classChange(
  counts: ClassCounts,
  { floor, swing, tests, alpha }: { floor: number; swing: number; tests: number; alpha: number },
): ClassChange {
  const { label, count, n, referenceCount, referenceN } = counts
  const [share, referenceShare] = [count / n, referenceCount / referenceN]
  const isRise = share >= referenceShare
  const spread = Math.sqrt(referenceShare * (1 - referenceShare) * (1 / n + 1 / referenceN))
  const noise = normalQuantile(1 - alpha / 2) * spread
  const allowed = Math.max(classFloor(referenceShare, isRise, floor), noise + swing)
  const rarer = Math.min(referenceShare, 1 - referenceShare)
  return {
    label,
    share,
    referenceShare,
    limit: Math.min(1, Math.max(0, referenceShare + (isRise ? allowed : -allowed))),
    limitRatio: Math.abs(share - referenceShare) / allowed,
    pValue: Math.min(1, 2 * oneSidedP(counts, isRise)),
    neededN: rowsForShare(
      rarer,
      Math.max(swing, classFloor(rarer, true, floor)),
      referenceN,
      alpha / 2 / Math.max(1, tests),
    ),
  }
}
