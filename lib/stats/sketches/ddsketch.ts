/**
 * DDSketch: quantiles with a relative error of at most α, without knowing the data's range beforehand.
 *
 * Bucket index ceil(ln|x| / ln γ) with γ = (1+α)/(1-α); a bucket's value is 2γ^i/(γ+1). Merging adds counts, so
 * it is exact and order-free. Source: Masson, Rim, Lee 2019; statistics.md section 15; golden file `ddsketch`.
 * Example: at α = 0.01 every quantile of {100} lies in 99 … 101.
 */

export const DEFAULT_DDSKETCH_ALPHA = 0.01

/** Smaller magnitudes count as zero. */
const SMALLEST_MAGNITUDE = 1e-12

export interface DDSketch {
  /** Relative error, 0 < α < 1. */
  readonly alpha: number
  n: number
  /** Values with a magnitude below 1e-12. */
  zeroCount: number
  /** Counts by bucket index, of positive values and of the magnitudes of negative ones. */
  readonly positive: Map<number, number>
  readonly negative: Map<number, number>
}

/** The sketch of no values. */
export function emptyDDSketch(alpha: number = DEFAULT_DDSKETCH_ALPHA): DDSketch {
  return { alpha, n: 0, zeroCount: 0, positive: new Map(), negative: new Map() }
}

/** Adds one finite value, in place. @throws RangeError for any other */
export function addToDDSketch(sketch: DDSketch, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError('a sketch is of finite values')
  sketch.n++
  const magnitude = Math.abs(value)
  if (magnitude < SMALLEST_MAGNITUDE) {
    sketch.zeroCount++
    return
  }
  const buckets = value > 0 ? sketch.positive : sketch.negative
  const index = Math.ceil(Math.log(magnitude) / logGamma(sketch.alpha))
  buckets.set(index, (buckets.get(index) ?? 0) + 1)
}

/**
 * Sketch of the union of two samples; the arguments are left alone.
 * @throws RangeError when their α differ
 */
export function mergeDDSketches(a: Readonly<DDSketch>, b: Readonly<DDSketch>): DDSketch {
  if (a.alpha !== b.alpha) throw new RangeError('sketches of different accuracy do not merge')
  return {
    alpha: a.alpha,
    n: a.n + b.n,
    zeroCount: a.zeroCount + b.zeroCount,
    positive: addCounts(a.positive, b.positive),
    negative: addCounts(a.negative, b.negative),
  }
}

/**
 * Value of rank p(n-1), within α of the true one; null for the empty sketch.
 * @param p 0 … 1
 */
export function ddSketchQuantile(sketch: Readonly<DDSketch>, p: number): number | null {
  if (sketch.n === 0) return null
  const rank = p * (sketch.n - 1)
  let running = 0
  for (const [index, count] of [...sketch.negative].sort((a, b) => b[0] - a[0])) {
    running += count
    if (running > rank) return -bucketValue(sketch.alpha, index)
  }
  running += sketch.zeroCount
  if (running > rank) return 0
  let last = 0
  for (const [index, count] of [...sketch.positive].sort((a, b) => a[0] - b[0])) {
    running += count
    last = bucketValue(sketch.alpha, index)
    if (running > rank) return last
  }
  return last
}

let cachedAlpha = DEFAULT_DDSKETCH_ALPHA
let cachedLogGamma = Math.log((1 + cachedAlpha) / (1 - cachedAlpha))

/** Nearly every sketch has the same α, and the logarithm is half the cost of adding a value. */
function logGamma(alpha: number): number {
  if (alpha !== cachedAlpha) {
    cachedAlpha = alpha
    cachedLogGamma = Math.log((1 + alpha) / (1 - alpha))
  }
  return cachedLogGamma
}

function bucketValue(alpha: number, index: number): number {
  const gamma = (1 + alpha) / (1 - alpha)
  return Math.min(Number.MAX_VALUE, (2 / (gamma + 1)) * gamma ** index)
}

function addCounts(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): Map<number, number> {
  const sum = new Map(a)
  for (const [index, count] of b) sum.set(index, (sum.get(index) ?? 0) + count)
  return sum
}
