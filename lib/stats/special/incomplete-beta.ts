/**
 * Regularised incomplete beta function, by Lentz's continued fraction. Serves Student's t.
 * Source: Abramowitz & Stegun 26.5.8; statistics.md section 18.
 */
import { logGamma } from '@/lib/stats/special/log-gamma'

const MAX_STEPS = 10_000
const TINY = 1e-300

function fraction(x: number, a: number, b: number): number {
  let c = 1
  let d = 1 - ((a + b) * x) / (a + 1)
  d = 1 / (Math.abs(d) < TINY ? TINY : d)
  let value = d
  const advance = (numerator: number) => {
    d = 1 + numerator * d
    d = 1 / (Math.abs(d) < TINY ? TINY : d)
    c = 1 + numerator / c
    if (Math.abs(c) < TINY) c = TINY
    value *= c * d
    return Math.abs(c * d - 1) < 1e-16
  }
  for (let k = 1; k < MAX_STEPS; k++) {
    advance((k * (b - k) * x) / ((a + 2 * k - 1) * (a + 2 * k)))
    if (advance((-(a + k) * (a + b + k) * x) / ((a + 2 * k) * (a + 2 * k + 1)))) break
  }
  return value
}

/** I_x(a, b) for a, b > 0 and 0 ≤ x ≤ 1. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  if (x < (a + 1) / (a + b + 2)) return (front * fraction(x, a, b)) / a
  return 1 - (front * fraction(1 - x, b, a)) / b
}

/** P(|T| ≥ t) for Student's t with `df` degrees of freedom. */
export function studentTwoSided(t: number, df: number): number {
  return incompleteBeta(df / (df + t * t), df / 2, 0.5)
}
