/**
 * Deviance of an observed from an expected size, without the cancellation of its plain form; it carries the exponents of
 * the gamma and beta functions. Source: Loader 2000, "Fast and accurate computation of binomial probabilities".
 */

/** Beyond this relative difference the plain form loses nothing. */
const NEAR = 0.1

/**
 * x ln(x/m) + m - x, at least 0; near x = m by the series of artanh, whose first term cancels m - x exactly:
 * (x-m)²/(x+m) + 2x Σ v^(2j+1)/(2j+1) with v = (x-m)/(x+m).
 * @param x above 0
 * @param m above 0
 */
export function deviance(x: number, m: number): number {
  const gap = x - m
  const v = gap / (x + m)
  if (!(Math.abs(v) < NEAR)) return x * Math.log(x / m) - gap
  let power = 2 * x * v
  let sum = gap * v
  for (let j = 1; ; j++) {
    power *= v * v
    const next = sum + power / (2 * j + 1)
    if (next === sum) return sum
    sum = next
  }
}
