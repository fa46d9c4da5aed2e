/**
 * Regularised incomplete beta function, by Lentz's continued fraction.
 *
 * The leading power is written with Loader's deviances, so it keeps its digits for large parameters and deep tails.
 * Source: Didonato & Morris 1992 (TOMS 708), equation 9; Loader 2000; statistics.md section 18.
 */
import { deviance } from '@/lib/stats/special/deviance'
import { stirlingError } from '@/lib/stats/special/log-gamma'

const MAX_STEPS = 100_000
const PRECISION = 4e-16
const TINY = 1e-300

/**
 * The continued fraction under the leading power. It takes both x and y: a·y - b·x keeps the digits that x alone loses
 * when y is tiny.
 */
function fraction(x: number, y: number, a: number, b: number): number {
  const first = (a * (a * y - b * x + 1)) / (a + 1)
  let value = Math.abs(first) < TINY ? TINY : first
  let c = value
  let d = 0
  for (let m = 1; m < MAX_STEPS; m++) {
    const spread = a + 2 * m
    const numerator = ((a + m - 1) * (a + b + m - 1) * m * (b - m) * x * x) / (spread - 1) ** 2
    const tail = ((a + m) * (a * y - b * x + 1 + m * (1 + y))) / (spread + 1)
    const denominator = m + (m * (b - m) * x) / (spread - 1) + tail
    d = denominator + numerator * d
    d = 1 / (Math.abs(d) < TINY ? TINY : d)
    c = denominator + numerator / c
    if (Math.abs(c) < TINY) c = TINY
    value *= c * d
    if (Math.abs(c * d - 1) < PRECISION) break
  }
  return value
}

/** x^a y^b / B(a, b) for y = 1 - x. */
function leadingPower(x: number, y: number, a: number, b: number): number {
  const n = a + b
  const corrections = stirlingError(n) - stirlingError(a) - stirlingError(b)
  return (
    Math.sqrt((a * b) / (2 * Math.PI * n)) * Math.exp(corrections - deviance(a, n * x) - deviance(b, n * y))
  )
}

/**
 * I_x(a, b) for a, b > 0 and 0 ≤ x ≤ 1, relative in its lower tail.
 * @param y 1 - x, when it is known with more digits than the subtraction gives
 */
export function incompleteBeta(x: number, a: number, b: number, y: number = 1 - x): number {
  if (x <= 0) return 0
  if (y <= 0) return 1
  const front = leadingPower(x, y, a, b)
  if (x < (a + 1) / (a + b + 2)) return front / fraction(x, y, a, b)
  return 1 - front / fraction(y, x, b, a)
}
