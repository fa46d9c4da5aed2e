/**
 * Two-sample t test: Welch (variances may differ; ours) and Student (pooled variance; Evidently).
 *
 * Sensitive to: a shift of the mean; outliers weaken it. Kinds: numeric. Range -∞ … ∞, negative when the current mean is
 * larger; two-sided p-value. Source: Welch 1947, Satterthwaite 1946; statistics.md 3.4; golden `welch_t`.
 * Example: {1, 2, 3} and {2, 3, 4} give t = -1.2247, df 4, p = 0.288.
 */
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { studentTwoSided } from '@/lib/stats/special/student-t'
import { sumOf } from '@/lib/stats/sum'
import { samplePair } from '@/lib/stats/two-sample/samples'

export interface MeansTest {
  readonly value: number
  readonly pValue: number
  readonly degreesOfFreedom: number
}

/** Outside these the squares leave the range of doubles; t itself has no unit. */
const SMALLEST_UNIT = 1e-100
const LARGEST_UNIT = 1e100

/** Mean and variance (n-1) in two passes, the second corrected for what the first lost; compensated (Neumaier). */
function momentsOf(values: Float64Array): { readonly mean: number; readonly variance: number } {
  const n = values.length
  const mean = sumOf(values) / n
  let [lost, sum, rest] = [0, 0, 0]
  for (let i = 0; i < n; i++) {
    const gap = values[i]! - mean
    lost += gap
    const square = gap * gap
    const next = sum + square
    rest += sum >= square ? sum - next + square : square - next + sum
    sum = next
  }
  const squares = sum + rest - (lost * lost) / n
  return { mean: mean + lost / n, variance: Math.max(0, squares) / (n - 1) }
}

const isConstant = (values: Float64Array) => values.every((value) => value === values[0])

/** Divides both samples by their largest size when squares would overflow or vanish. */
function intoRange(x: Float64Array, y: Float64Array): void {
  let unit = 0
  for (const values of [x, y]) {
    for (let i = 0; i < values.length; i++) unit = Math.max(unit, Math.abs(values[i]!))
  }
  if (unit >= SMALLEST_UNIT && unit <= LARGEST_UNIT) return
  for (const values of [x, y]) for (let i = 0; i < values.length; i++) values[i]! /= unit
}

/**
 * @param reference finite values in any order, at least 2
 * @param current finite values in any order, at least 2
 * @param equalVariances Student's pooled form
 */
export function twoMeansTest(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  { equalVariances = false }: { equalVariances?: boolean } = {},
): Outcome<MeansTest> {
  const pair = samplePair(reference, current, 2)
  if (pair.status !== 'ok') return pair
  const { x, y } = pair
  const constantX = isConstant(x)
  const constantY = isConstant(y)
  if (constantX && constantY) return undefinedBecause('constant')
  intoRange(x, y)
  const [n, m] = [x.length, y.length]
  const [first, second] = [momentsOf(x), momentsOf(y)]
  const varianceX = constantX ? 0 : first.variance
  const varianceY = constantY ? 0 : second.variance
  const pooled = ((n - 1) * varianceX + (m - 1) * varianceY) / (n + m - 2)
  const partX = (equalVariances ? pooled : varianceX) / n
  const partY = (equalVariances ? pooled : varianceY) / m
  const squaredError = partX + partY
  // A spread below the last digit of the values is no variation either.
  if (!(squaredError > 0)) return undefinedBecause('constant')
  const value = (first.mean - second.mean) / Math.sqrt(squaredError)
  const shareX = partX / squaredError
  const shareY = partY / squaredError
  const degreesOfFreedom = equalVariances
    ? n + m - 2
    : 1 / ((shareX * shareX) / (n - 1) + (shareY * shareY) / (m - 1))
  return { status: 'ok', value, pValue: studentTwoSided(value, degreesOfFreedom), degreesOfFreedom }
}
