/**
 * Regularised incomplete gamma functions P and Q = 1 - P, each with relative accuracy in its own tail.
 *
 * Series for x < a + 1, Lentz's continued fraction beyond; never one minus the other where that would cancel.
 * Source: Abramowitz & Stegun 6.5.29 and 6.5.31; Loader 2000; statistics.md section 18.
 */
import { deviance } from '@/lib/stats/special/deviance'
import { stirlingError } from '@/lib/stats/special/log-gamma'

const MAX_STEPS = 100_000
const PRECISION = 1e-16
const TINY = 1e-300

/** x^a e^-x / Γ(a), by Loader's deviance so that large parameters keep their digits. */
function leadingPower(a: number, x: number): number {
  return Math.sqrt(a / (2 * Math.PI)) * Math.exp(-stirlingError(a) - deviance(a, x))
}

function lowerSeries(a: number, x: number): number {
  let term = 1 / a
  let sum = term
  for (let k = 1; k < MAX_STEPS && Math.abs(term) > Math.abs(sum) * PRECISION; k++) {
    term *= x / (a + k)
    sum += term
  }
  return sum * leadingPower(a, x)
}

function upperFraction(a: number, x: number): number {
  let b = x + 1 - a
  let c = 1 / TINY
  let d = 1 / b
  let fraction = d
  for (let k = 1; k < MAX_STEPS; k++) {
    const numerator = -k * (k - a)
    b += 2
    d = numerator * d + b
    if (Math.abs(d) < TINY) d = TINY
    c = b + numerator / c
    if (Math.abs(c) < TINY) c = TINY
    d = 1 / d
    const step = d * c
    fraction *= step
    if (Math.abs(step - 1) < PRECISION * 2) break
  }
  return fraction * leadingPower(a, x)
}

/** P(a, x), the lower tail, for a > 0 and x ≥ 0. */
export function gammaP(a: number, x: number): number {
  if (x <= 0) return 0
  if (x === Number.POSITIVE_INFINITY) return 1
  return x < a + 1 ? lowerSeries(a, x) : 1 - upperFraction(a, x)
}

/** Q(a, x), the upper tail, for a > 0 and x ≥ 0; stays relative down to the smallest double. */
export function gammaQ(a: number, x: number): number {
  if (x <= 0) return 1
  if (x === Number.POSITIVE_INFINITY) return 0
  return x < a + 1 ? 1 - lowerSeries(a, x) : upperFraction(a, x)
}

/**
 * P(χ² ≥ x) for `df` degrees of freedom; df 0 answers 1.
 * @param x 0 … Infinity
 */
export function chiSquareSurvival(x: number, df: number): number {
  return df <= 0 ? 1 : gammaQ(df / 2, x / 2)
}

/** The x with P(χ² ≥ x) = p, by bisection; p in (0, 1], df at least 1. */
export function chiSquareCritical(p: number, df: number): number {
  let low = 0
  let high = df + 10
  while (chiSquareSurvival(high, df) > p) high *= 2
  for (let step = 0; step < 200 && high - low > 1e-12 * high; step++) {
    const middle = (low + high) / 2
    if (chiSquareSurvival(middle, df) > p) low = middle
    else high = middle
  }
  return (low + high) / 2
}
