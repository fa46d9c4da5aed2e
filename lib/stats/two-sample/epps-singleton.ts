/**
 * Epps–Singleton test: do the empirical characteristic functions agree at two points?
 *
 * Sensitive to: any change, also of discrete and multimodal columns. Kinds: numeric with at least 5 rows a side. Range 0 … ∞,
 * larger is further; p-value from chi-square on the rank of the covariance. Phases are taken from the pooled median in units of half
 * the pooled inter-quartile range; the statistic does not depend on that shift, the digits do.
 * Source: Epps & Singleton 1986; Goerg & Kaiser 2009; statistics.md 3.7; golden `epps_singleton`.
 * Example: {1, 2, 3, 4, 5} and {6, 7, 8, 9, 10} give 27.53, p = 1.6e-5.
 */
import { symmetricEigen } from '@/lib/stats/multivariate/symmetric-eigen'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { quantileOfSorted } from '@/lib/stats/quantile'
import { sortAscending } from '@/lib/stats/sort-ascending'
import { chiSquareSurvival } from '@/lib/stats/special/incomplete-gamma'
import { samplePair } from '@/lib/stats/two-sample/samples'

const MIN_ROWS = 5
/** The characteristic functions are compared here and at twice this point. */
const POINT = 0.4
/** Cosine and sine at both points. */
const WIDTH = 4
/** Below this size of the larger sample the statistic gets its small-sample correction. */
const SMALL_SAMPLE = 25
/** Eigenvalues this small beside the largest are rounding of zero. */
const RANK_TOLERANCE = 1e-12
/** A phase beyond this has no digits left, but must stay finite. */
const LARGEST_PHASE = 1e300

export interface EppsSingletonTest {
  readonly value: number
  readonly pValue: number
  readonly degreesOfFreedom: number
}

interface Characteristic {
  readonly means: Float64Array
  /** Covariance with divisor n, row by row. */
  readonly covariance: Float64Array
}

function characteristicOf(values: Float64Array, centre: number, unit: number): Characteristic {
  const n = values.length
  const waves = new Float64Array(n * WIDTH)
  const means = new Float64Array(WIDTH)
  for (let i = 0; i < n; i++) {
    const phase = Math.min(LARGEST_PHASE, Math.max(-LARGEST_PHASE, ((values[i]! - centre) / unit) * 2))
    // The second point is twice the first: its waves follow from those of the first, without two more series.
    const cos = Math.cos(POINT * phase)
    const sin = Math.sin(POINT * phase)
    waves[i * WIDTH] = cos
    waves[i * WIDTH + 1] = 2 * cos * cos - 1
    waves[i * WIDTH + 2] = sin
    waves[i * WIDTH + 3] = 2 * sin * cos
    for (let k = 0; k < WIDTH; k++) means[k]! += waves[i * WIDTH + k]!
  }
  for (let k = 0; k < WIDTH; k++) means[k]! /= n
  const covariance = new Float64Array(WIDTH * WIDTH)
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < WIDTH; k++) {
      const gap = waves[i * WIDTH + k]! - means[k]!
      for (let l = k; l < WIDTH; l++) covariance[k * WIDTH + l]! += gap * (waves[i * WIDTH + l]! - means[l]!)
    }
  }
  for (let k = 0; k < WIDTH; k++) {
    for (let l = k; l < WIDTH; l++) {
      covariance[k * WIDTH + l]! /= n
      covariance[l * WIDTH + k] = covariance[k * WIDTH + l]!
    }
  }
  return { means, covariance }
}

/** d' V⁺ d and the rank of V. */
function quadraticForm(
  matrix: Float64Array,
  d: Float64Array,
): { readonly form: number; readonly rank: number } {
  const { values, vectors } = symmetricEigen(matrix, WIDTH)
  let form = 0
  let rank = 0
  for (let k = 0; k < WIDTH; k++) {
    if (!(values[k]! > RANK_TOLERANCE * values[0]!)) break
    let along = 0
    for (let l = 0; l < WIDTH; l++) along += vectors[k * WIDTH + l]! * d[l]!
    form += (along * along) / values[k]!
    rank++
  }
  return { form, rank }
}

/** Both samples in one ascending array; halved when their range overflows, which the statistic does not notice. */
function pooledSorted(x: Float64Array, y: Float64Array): Float64Array {
  const pooled = new Float64Array(x.length + y.length)
  pooled.set(x)
  pooled.set(y, x.length)
  sortAscending(pooled)
  if (Number.isFinite(pooled[pooled.length - 1]! - pooled[0]!)) return pooled
  for (const values of [pooled, x, y]) for (let i = 0; i < values.length; i++) values[i]! /= 2
  return pooled
}

/**
 * @param reference finite values in any order, at least 5
 * @param current finite values in any order, at least 5
 */
export function eppsSingleton(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): Outcome<EppsSingletonTest> {
  const pair = samplePair(reference, current, MIN_ROWS)
  if (pair.status !== 'ok') return pair
  const { x, y } = pair
  const pooled = pooledSorted(x, y)
  const unit = quantileOfSorted(pooled, 0.75)! - quantileOfSorted(pooled, 0.25)!
  if (unit === 0) return undefinedBecause('zero_iqr')
  const centre = quantileOfSorted(pooled, 0.5)!
  const [n, m] = [x.length, y.length]
  const rows = n + m
  const inX = characteristicOf(x, centre, unit)
  const inY = characteristicOf(y, centre, unit)
  const covariance = inX.covariance.map((cell, k) => (rows / n) * cell + (rows / m) * inY.covariance[k]!)
  const { form, rank } = quadraticForm(
    covariance,
    inX.means.map((mean, k) => mean - inY.means[k]!),
  )
  // Two different constants: there is no variation to measure their difference by.
  if (rank === 0) return undefinedBecause('constant')
  const isSmall = Math.max(n, m) < SMALL_SAMPLE
  const correction = isSmall ? 1 / (1 + rows ** -0.45 + 10.1 * (n ** -1.7 + m ** -1.7)) : 1
  const value = correction * rows * form
  return { status: 'ok', value, pValue: chiSquareSurvival(value, rank), degreesOfFreedom: rank }
}
