/**
 * Count, mean and central moments to the fourth order, one value at a time and mergeable.
 *
 * Update: Welford; merge: Chan et al. 1979, Pébay 2008. Never from sums of squares, which lose all digits
 * when the mean is large. Source: statistics.md section 15; golden file `moments_merge`.
 * Example: 1, 2, 3, 4 have the mean 2.5 and no skewness.
 */

export interface Moments {
  n: number
  mean: number
  /** Sums of the 2nd, 3rd and 4th powers of deviations from the mean. */
  m2: number
  m3: number
  m4: number
  min: number
  max: number
}

/** Moments of the empty sample. */
export function emptyMoments(): Moments {
  return { n: 0, mean: 0, m2: 0, m3: 0, m4: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY }
}

/** Adds one finite value, in place. @throws RangeError for any other */
export function addToMoments(moments: Moments, value: number): void {
  if (!Number.isFinite(value)) throw new RangeError('moments are of finite values')
  const before = moments.n
  const n = before + 1
  const delta = value - moments.mean
  const deltaN = delta / n
  const deltaN2 = deltaN * deltaN
  const term = delta * deltaN * before
  moments.n = n
  moments.mean += deltaN
  moments.m4 += term * deltaN2 * (n * n - 3 * n + 3) + 6 * deltaN2 * moments.m2 - 4 * deltaN * moments.m3
  moments.m3 += term * deltaN * (n - 2) - 3 * deltaN * moments.m2
  moments.m2 += term
  if (value < moments.min) moments.min = value
  if (value > moments.max) moments.max = value
}

/** Moments of the union of two samples; the arguments are left alone. */
export function mergeMoments(a: Readonly<Moments>, b: Readonly<Moments>): Moments {
  if (a.n === 0) return { ...b }
  if (b.n === 0) return { ...a }
  const n = a.n + b.n
  const delta = b.mean - a.mean
  const delta2 = delta * delta
  const product = a.n * b.n
  return {
    n,
    mean: a.mean + (delta * b.n) / n,
    m2: a.m2 + b.m2 + (delta2 * product) / n,
    m3:
      a.m3 +
      b.m3 +
      (delta * delta2 * product * (a.n - b.n)) / (n * n) +
      (3 * delta * (a.n * b.m2 - b.n * a.m2)) / n,
    m4:
      a.m4 +
      b.m4 +
      (delta2 * delta2 * product * (a.n * a.n - product + b.n * b.n)) / (n * n * n) +
      (6 * delta2 * (a.n * a.n * b.m2 + b.n * b.n * a.m2)) / (n * n) +
      (4 * delta * (a.n * b.m3 - b.n * a.m3)) / n,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
  }
}

/** Population variance (ddof 0); null for the empty sample. */
export function variance(moments: Readonly<Moments>): number | null {
  return moments.n === 0 ? null : moments.m2 / moments.n
}

/** Population standard deviation; null for the empty sample. */
export function standardDeviation(moments: Readonly<Moments>): number | null {
  return moments.n === 0 ? null : Math.sqrt(moments.m2 / moments.n)
}

/** Population skewness; null when the variance is 0. */
export function skewness(moments: Readonly<Moments>): number | null {
  if (moments.n === 0 || moments.m2 <= 0) return null
  return (Math.sqrt(moments.n) * moments.m3) / moments.m2 ** 1.5
}

/** Population excess kurtosis; null when the variance is 0. */
export function excessKurtosis(moments: Readonly<Moments>): number | null {
  if (moments.n === 0 || moments.m2 <= 0) return null
  return (moments.n * moments.m4) / (moments.m2 * moments.m2) - 3
}
