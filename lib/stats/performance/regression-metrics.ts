/**
 * Quality of numeric predictions: from raw pairs (all metrics), or from sums that merge over windows.
 *
 * Undefined values are null. Source: statistics.md 13; golden `metrics_regression`.
 * Example: 1, 2, 3 predicted as 1, 2, 5 give a mean absolute error of ⅔ and a root mean square of 1.155.
 */
import { medianOf } from '@/lib/stats/quantile'
import { deviationOf, meanOf, sumOf } from '@/lib/stats/sum'

/** scikit-learn's floor for |y| in the percentage error. */
const SMALLEST_ACTUAL = 2.220446049250313e-16

export interface RegressionMetrics {
  readonly mae: number
  readonly mse: number
  readonly rmse: number
  readonly medianAe: number
  readonly maxError: number
  readonly mape: number
  readonly mapeNonzero: number | null
  readonly rmsle: number | null
  readonly r2: number | null
  /** Mean of predicted minus actual. */
  readonly meanError: number
  readonly pinball: (quantile: number) => number
  readonly maeError: number
  readonly rmseError: number
}

function rSquared(actual: Float64Array, squares: Float64Array): number | null {
  if (actual.length < 2) return null
  const mean = meanOf(actual) ?? 0
  const total = sumOf(actual.map((y) => (y - mean) ** 2))
  const rest = sumOf(squares)
  if (total === 0) return rest === 0 ? 1 : 0
  return 1 - rest / total
}

function rootMeanSquaredLogError(actual: Float64Array, predicted: Float64Array): number | null {
  if (actual.some((y) => y <= -1) || predicted.some((y) => y <= -1)) return null
  return Math.sqrt(meanOf(actual.map((y, i) => (Math.log1p(y) - Math.log1p(predicted[i]!)) ** 2)) ?? 0)
}

/**
 * @param actual finite, at least one; `predicted` finite, same length; null without rows
 * @throws RangeError for other values
 */
export function regressionMetrics(actual: Float64Array, predicted: Float64Array): RegressionMetrics | null {
  const n = actual.length
  if (n === 0) return null
  if (![...actual, ...predicted].every(Number.isFinite)) throw new RangeError('pairs are of finite numbers')
  const errors = predicted.map((value, i) => value - actual[i]!)
  const absolute = errors.map(Math.abs)
  const squares = errors.map((error) => error * error)
  const mean = (values: Float64Array) => meanOf(values) ?? 0
  const mse = mean(squares)
  const relative = Float64Array.from(absolute.filter((_, i) => actual[i] !== 0))
  const nonzero = actual.filter((y) => y !== 0)
  return {
    mae: mean(absolute),
    mse,
    rmse: Math.sqrt(mse),
    medianAe: medianOf(absolute) ?? 0,
    maxError: absolute.reduce((largest, error) => Math.max(largest, error), 0),
    mape: mean(absolute.map((error, i) => error / Math.max(Math.abs(actual[i]!), SMALLEST_ACTUAL))),
    mapeNonzero:
      nonzero.length === 0 ? null : mean(relative.map((error, i) => error / Math.abs(nonzero[i]!))),
    rmsle: rootMeanSquaredLogError(actual, predicted),
    r2: rSquared(actual, squares),
    meanError: mean(errors),
    pinball: (quantile) => mean(errors.map((error) => Math.max(-quantile * error, (1 - quantile) * error))),
    maeError: (deviationOf(absolute) ?? 0) / Math.sqrt(n),
    rmseError: mse === 0 ? 0 : Math.sqrt((deviationOf(squares) ?? 0) ** 2 / (4 * n * mse)),
  }
}

/** Mergeable sums over pairs, e = predicted - actual. */
export interface RegressionSums {
  readonly n: number
  readonly absoluteError: number
  readonly squaredError: number
}

/** A metric with its standard error. */
export interface Estimate {
  readonly value: number
  readonly error: number
}

/** Mean absolute error; its standard error is exact, Var|e| = E e² - (E|e|)². Null without rows. */
export function maeFromSums({ n, absoluteError, squaredError }: RegressionSums): Estimate | null {
  if (n === 0) return null
  const value = absoluteError / n
  return { value, error: Math.sqrt(Math.max(0, squaredError / n - value * value) / n) }
}

/**
 * Root mean squared error. Σe⁴ is not kept, so the standard error assumes errors with twice the normal law's
 * excess (kurtosis 6): rmse · √(5/(4n)), on the safe side for most models. Null without rows.
 */
export function rmseFromSums({ n, squaredError }: RegressionSums): Estimate | null {
  if (n === 0) return null
  const value = Math.sqrt(squaredError / n)
  return { value, error: value * Math.sqrt(5 / (4 * n)) }
}
