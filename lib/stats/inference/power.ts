/**
 * How many rows a window needs before a change can be seen.
 *
 * Source: statistics.md section 14; golden `power`. Example: a shift of 0.2 sd of a mean needs 394 rows a side
 * at alpha 0.05 and power 0.8.
 */

import { chiSquareCritical } from '@/lib/stats/special/incomplete-gamma'
import { logGamma } from '@/lib/stats/special/log-gamma'
import { normalCdf, normalQuantile } from '@/lib/stats/special/normal'
import { studentTwoSided } from '@/lib/stats/special/student-t'

/** Smallest KS distance that is significant at alpha: c(alpha) √(1/n + 1/m), c = √(-ln(alpha/2)/2). */
export function ksCritical(n: number, m: number, alpha: number): number {
  return Math.sqrt(-Math.log(alpha / 2) / 2) * Math.sqrt(1 / n + 1 / m)
}

/**
 * Rows of a window at which a true KS distance of `floor` is significant half of the time.
 * @param m rows of the reference
 * @returns a whole number, or null when the reference itself is too small
 */
export function rowsForKs(floor: number, m: number, alpha: number): number | null {
  const inverse = floor ** 2 / (-Math.log(alpha / 2) / 2) - 1 / m
  return inverse > 0 ? Math.ceil(1 / inverse) : null
}

/**
 * Rows at which a change of category shares by `floor` (total variation) is significant in a chi-square test half
 * of the time. Of all such changes the least visible has chi-square 4·floor²/(1/n+1/m); it must reach the
 * critical value less what the test has by chance.
 */
export function rowsForShares(floor: number, m: number, categories: number, alpha: number): number | null {
  const df = Math.max(1, categories - 1)
  const needed = chiSquareCritical(alpha, df) - df + 1
  const inverse = (4 * floor ** 2) / needed - 1 / m
  return inverse > 0 ? Math.ceil(1 / inverse) : null
}

/** A rise is seen by its rows: fewer expected than this are chance in any test. */
const MIN_EXPECTED_ROWS = 3

/**
 * Rows at which a share rising from `share` by `floor` is significant (one-sided, pooled z) half of the time, and
 * makes at least three rows.
 * @param m rows of the reference
 * @returns a whole number, or null when the reference itself is too small
 */
export function rowsForShare(share: number, floor: number, m: number, alpha: number): number | null {
  const z = normalQuantile(1 - alpha)
  const raised = Math.min(1, share + floor)
  const excess = (n: number) => {
    const pooled = (raised * n + share * m) / (n + m)
    return floor - z * Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m))
  }
  const enough = Math.ceil(MIN_EXPECTED_ROWS / raised)
  if (excess(enough) >= 0) return enough
  const most = 1e9
  return excess(most) < 0 ? null : Math.ceil(rootOf(excess, enough, most))
}

/** Rows a side for two proportions, by the arcsine effect. */
export function rowsForTwoProportions(p1: number, p2: number, alpha: number, power: number): number {
  const effect = Math.abs(2 * Math.asin(Math.sqrt(p1)) - 2 * Math.asin(Math.sqrt(p2)))
  return solveRows((n) => {
    const shift = effect * Math.sqrt(n / 2)
    const z = normalQuantile(1 - alpha / 2)
    return normalCdf(shift - z) + normalCdf(-shift - z) - power
  })
}

/** Rows a side for a t test of two means that differ by `effect` standard deviations. */
export function rowsForTwoMeans(effect: number, alpha: number, power: number): number {
  return solveRows((n) => powerOfT(effect * Math.sqrt(n / 2), 2 * n - 2, alpha) - power)
}

/** Power of the two-sided t test: P(|T| > critical) for noncentral T, integrated over the law of the deviation. */
function powerOfT(shift: number, df: number, alpha: number): number {
  const critical = rootOf((t) => alpha - studentTwoSided(t, df), 0, 1000)
  // s = √(χ²/df) is concentrated around 1 with deviation 1/√(2df); Simpson's rule over 12 of them.
  const half = 12 / Math.sqrt(2 * df)
  const low = Math.max(1e-9, 1 - half)
  const steps = 2_000
  const width = (1 + half - low) / steps
  const logFront = Math.log(2) + (df / 2) * Math.log(df / 2) - logGamma(df / 2)
  let sum = 0
  for (let i = 0; i <= steps; i++) {
    const s = low + i * width
    const density = Math.exp(logFront + (df - 1) * Math.log(s) - (df * s * s) / 2)
    const reached = normalCdf(shift - critical * s) + normalCdf(-shift - critical * s)
    sum += (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2) * density * reached
  }
  return (sum * width) / 3
}

function solveRows(excess: (n: number) => number): number {
  let high = 4
  while (excess(high) < 0 && high < 1e12) high *= 2
  return rootOf(excess, 2, high)
}

/** Bisection for a rising function. */
function rootOf(f: (x: number) => number, low: number, high: number): number {
  let [a, b] = [low, high]
  for (let step = 0; step < 200 && b - a > 1e-10 * b; step++) {
    const middle = (a + b) / 2
    if (f(middle) < 0) a = middle
    else b = middle
  }
  return (a + b) / 2
}
