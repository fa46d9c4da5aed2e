/**
 * Two-sample t test: Welch (variances may differ; ours) and Student (pooled variance; Evidently).
 *
 * Sensitive to: a shift of the mean; outliers weaken it. Kinds: numeric. Range -∞ … ∞, negative when the current mean is
 * larger; two-sided p-value. Source: Welch 1947, Satterthwaite 1946; statistics.md 3.4; golden `welch_t`.
 * Example: {1, 2, 3} and {2, 3, 4} give t = -1.2247, df 4, p = 0.288.
 */
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { studentTwoSided } from '@/lib/stats/special/student-t'
import { samplePair } from '@/lib/stats/two-sample/samples'

export interface MeansTest {
  readonly value: number
  readonly pValue: number
  readonly degreesOfFreedom: number
}

/** Outside these squares leave the range of doubles; t itself has no unit. */
const SMALLEST_SQUARE = 1e-200
const LARGEST_SQUARE = 1e200

/** Values of which mean and squares are taken at once: two passes, the second from the cache. */
const BLOCK = 2_048

interface Moments {
  readonly mean: number
  readonly variance: number
}

/**
 * Mean and variance (n-1): of blocks in two passes, the second corrected for what the first lost, merged as summaries are.
 * In either pass four sums run beside each other, so that none waits for the one before.
 * Source: Chan, Golub & LeVeque 1983.
 */
function momentsOf(values: Float64Array): Moments {
  let [mean, squares] = [0, 0]
  for (let start = 0; start < values.length; start += BLOCK) {
    const end = Math.min(values.length, start + BLOCK)
    const whole = end - ((end - start) % 4)
    let [a, b, c, d] = [0, 0, 0, 0]
    for (let i = start; i < whole; i += 4) {
      a += values[i]!
      b += values[i + 1]!
      c += values[i + 2]!
      d += values[i + 3]!
    }
    for (let i = whole; i < end; i++) a += values[i]!
    const size = end - start
    const centre = (a + b + (c + d)) / size
    let [lostA, lostB, squareA, squareB] = [0, 0, 0, 0]
    for (let i = start; i < whole; i += 4) {
      const p = values[i]! - centre
      const q = values[i + 1]! - centre
      const r = values[i + 2]! - centre
      const s = values[i + 3]! - centre
      lostA += p + q
      lostB += r + s
      squareA += p * p + q * q
      squareB += r * r + s * s
    }
    for (let i = whole; i < end; i++) {
      const gap = values[i]! - centre
      lostA += gap
      squareA += gap * gap
    }
    const lost = lostA + lostB
    const gap = centre + lost / size - mean
    const share = size / end
    mean += gap * share
    squares += squareA + squareB - (lost * lost) / size + gap * gap * start * share
  }
  return { mean, variance: Math.max(0, squares) / (values.length - 1) }
}

function isConstant(values: Float64Array): boolean {
  for (let i = 1; i < values.length; i++) if (values[i] !== values[0]) return false
  return true
}

/** Divides both samples by their largest size. */
function intoRange(x: Float64Array, y: Float64Array): void {
  let unit = 0
  for (const values of [x, y]) {
    for (let i = 0; i < values.length; i++) unit = Math.max(unit, Math.abs(values[i]!))
  }
  for (const values of [x, y]) for (let i = 0; i < values.length; i++) values[i]! /= unit
}

/** Neither is a sum of squares that overflowed or vanished, nor one of something that is no finite number. */
const isInRange = ({ variance }: Moments, isSame: boolean) =>
  isSame ? Number.isFinite(variance) : variance >= SMALLEST_SQUARE && variance <= LARGEST_SQUARE

type Sides = Outcome<{ readonly x: Side; readonly y: Side }>

interface Side extends Moments {
  readonly n: number
}

function sideOf(values: Float64Array): Side & { readonly isInRange: boolean } {
  const { mean, variance } = momentsOf(values)
  const isSame = isConstant(values)
  const side = { mean, variance: isSame ? 0 : variance, n: values.length }
  return { ...side, isInRange: isInRange({ mean, variance }, isSame) }
}

/** Moments of both sides; typed arrays of ordinary numbers are read where they lie, all else is copied and looked at. */
function sidesOf(reference: ArrayLike<number>, current: ArrayLike<number>): Sides {
  const isTyped = reference instanceof Float64Array && current instanceof Float64Array
  if (isTyped && Math.min(reference.length, current.length) >= 2) {
    const [x, y] = [sideOf(reference), sideOf(current)]
    if (x.isInRange && y.isInRange) return { status: 'ok', x, y }
  }
  const pair = samplePair(reference, current, 2)
  if (pair.status !== 'ok') return pair
  const [x, y] = [sideOf(pair.x), sideOf(pair.y)]
  if (x.isInRange && y.isInRange) return { status: 'ok', x, y }
  intoRange(pair.x, pair.y)
  return { status: 'ok', x: sideOf(pair.x), y: sideOf(pair.y) }
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
  const sides = sidesOf(reference, current)
  if (sides.status !== 'ok') return sides
  const { x, y } = sides
  const [n, m] = [x.n, y.n]
  const pooled = ((n - 1) * x.variance + (m - 1) * y.variance) / (n + m - 2)
  const partX = (equalVariances ? pooled : x.variance) / n
  const partY = (equalVariances ? pooled : y.variance) / m
  const squaredError = partX + partY
  // A spread below the last digit of the values is no variation either.
  if (!(squaredError > 0)) return undefinedBecause('constant')
  const value = (x.mean - y.mean) / Math.sqrt(squaredError)
  const shareX = partX / squaredError
  const shareY = partY / squaredError
  const degreesOfFreedom = equalVariances
    ? n + m - 2
    : 1 / ((shareX * shareX) / (n - 1) + (shareY * shareY) / (m - 1))
  return { status: 'ok', value, pValue: studentTwoSided(value, degreesOfFreedom), degreesOfFreedom }
}
