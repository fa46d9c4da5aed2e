/**
 * Owns the mean and deviation that control charts measure from.
 *
 * A constant baseline gets the floor max(1e-12, 1e-6·|mean|) as its deviation, and says so. Source: statistics.md 8.4.
 */
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'

/** A deviation this small beside the mean is rounding. */
const ROUNDING = 1e-13
/** Nothing can be measured from a baseline further out: its limits would overflow. */
const LARGEST = 1e300
/** A score further out than this counts as this far, so that sums of scores stay finite. */
const FURTHEST_SCORE = 1e100

export interface ChartBaseline {
  readonly mean: number
  /** Above 0. */
  readonly deviation: number
  /** The baseline did not vary; its deviation is the floor. */
  readonly isConstant: boolean
}

/** @returns `invalid_value` for a mean or deviation that is not finite or beyond 1e300, or a deviation below 0 */
export function chartBaseline(
  mean: number,
  deviation: number,
): Outcome<{ readonly baseline: ChartBaseline }> {
  const isUsable = Math.abs(mean) <= LARGEST && deviation >= 0 && deviation <= LARGEST
  if (!isUsable) return undefinedBecause('invalid_value')
  const floor = Math.max(1e-12, 1e-6 * Math.abs(mean))
  const isConstant = deviation <= ROUNDING * Math.abs(mean)
  return { status: 'ok', baseline: { mean: mean + 0, deviation: isConstant ? floor : deviation, isConstant } }
}

/** Distance from the mean in deviations, at most 1e100 and never -0, which JSON does not know; null for a value that is no finite number. */
export function standardScore(value: number, { mean, deviation }: ChartBaseline): number | null {
  if (!Number.isFinite(value)) return null
  return Math.min(FURTHEST_SCORE, Math.max(-FURTHEST_SCORE, (value - mean) / deviation)) + 0
}
