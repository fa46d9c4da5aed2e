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
import { chiSquareSurvival } from '@/lib/stats/special/incomplete-gamma'
import { orderStatistics } from '@/lib/stats/two-sample/order-statistics'
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

/** Rows spread over a sample whose mean wave the products are taken from, so that no digits are lost to it. */
const PIVOT_ROWS = 256

/** Smallest and largest phases that have a digit left, in units of the first point. */
const phaseOf = (value: number, centre: number, scale: number) =>
  Math.min(LARGEST_PHASE, Math.max(-LARGEST_PHASE, ((value - centre) / scale) * 2)) * POINT

function pivotOf(values: Float64Array, centre: number, unit: number): readonly [number, number] {
  const step = Math.ceil(values.length / PIVOT_ROWS)
  let [cosines, sines, rows] = [0, 0, 0]
  for (let i = 0; i < values.length; i += step) {
    const phase = phaseOf(values[i]!, centre, unit)
    cosines += Math.cos(phase)
    sines += Math.sin(phase)
    rows++
  }
  return [cosines / rows, sines / rows]
}

/**
 * Means and covariance in one pass, from products about a pivot near the means. The second point is twice the first: its
 * waves follow from those of the first, without two more series.
 */
function characteristicOf(values: Float64Array, centre: number, unit: number): Characteristic {
  const n = values.length
  const [p0, p2] = pivotOf(values, centre, unit)
  const [p1, p3] = [2 * p0 * p0 - 1, 2 * p2 * p0]
  let [s0, s1, s2, s3, s00, s01, s02] = [0, 0, 0, 0, 0, 0, 0]
  let [s03, s11, s12, s13, s22, s23, s33] = [0, 0, 0, 0, 0, 0, 0]
  for (let i = 0; i < n; i++) {
    const phase = phaseOf(values[i]!, centre, unit)
    const cos = Math.cos(phase)
    const sin = Math.sin(phase)
    const a = cos - p0
    const b = 2 * cos * cos - 1 - p1
    const c = sin - p2
    const d = 2 * sin * cos - p3
    s0 += a
    s1 += b
    s2 += c
    s3 += d
    s00 += a * a
    s01 += a * b
    s02 += a * c
    s03 += a * d
    s11 += b * b
    s12 += b * c
    s13 += b * d
    s22 += c * c
    s23 += c * d
    s33 += d * d
  }
  const gaps = [s0 / n, s1 / n, s2 / n, s3 / n]
  const products = [s00, s01, s02, s03, s01, s11, s12, s13, s02, s12, s22, s23, s03, s13, s23, s33]
  return {
    means: Float64Array.of(p0 + gaps[0]!, p1 + gaps[1]!, p2 + gaps[2]!, p3 + gaps[3]!),
    covariance: Float64Array.from(
      products,
      (sum, cell) => sum / n - gaps[Math.floor(cell / WIDTH)]! * gaps[cell % WIDTH]!,
    ),
  }
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

/** The quartiles of both samples together; the samples are halved when their range overflows, which the statistic does not notice. */
function pooledQuartiles(x: Float64Array, y: Float64Array): readonly [number, number, number] {
  const last = x.length + y.length - 1
  const positions = [0.25, 0.5, 0.75].map((probability) => probability * last)
  const below = positions.map(Math.floor)
  const ranks = below.flatMap((rank) => [rank, Math.min(last, rank + 1)])
  const [least, ...rest] = orderStatistics([x, y], [0, ...ranks, last])
  if (!Number.isFinite(rest[ranks.length]! - least!)) {
    for (const values of [x, y]) for (let i = 0; i < values.length; i++) values[i]! /= 2
    return pooledQuartiles(x, y)
  }
  const [low = 0, middle = 0, high = 0] = positions.map((position, k) => {
    const [value, next] = [rest[2 * k]!, rest[2 * k + 1]!]
    return value + (next - value) * (position - below[k]!)
  })
  return [low, middle, high]
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
  const [low, centre, high] = pooledQuartiles(x, y)
  const unit = high - low
  if (unit === 0) return undefinedBecause('zero_iqr')
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
