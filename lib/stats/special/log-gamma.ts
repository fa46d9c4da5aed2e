/**
 * Logarithm of the gamma function.
 *
 * Lanczos approximation with g = 7 and nine coefficients (Godfrey), relative error near 1e-15.
 * Source: Lanczos 1964; statistics.md section 18.
 */

const LANCZOS_G = 7
const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
  12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
] as const
const HALF_LOG_TWO_PI = 0.9189385332046727

/**
 * ln Γ(x).
 * @param x greater than 0
 * @throws RangeError for x ≤ 0 or NaN
 */
export function logGamma(x: number): number {
  if (!(x > 0)) throw new RangeError('logGamma needs a positive argument')
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const z = x - 1
  let series: number = LANCZOS[0]
  for (let i = 1; i < LANCZOS.length; i++) series += LANCZOS[i]! / (z + i)
  const t = z + LANCZOS_G + 0.5
  return HALF_LOG_TWO_PI + (z + 0.5) * Math.log(t) - t + Math.log(series)
}

/**
 * ln n! minus Stirling's formula: ln Γ(n+1) - (n+½) ln n + n - ½ ln 2π; the part that is small for large n.
 * Source: Loader 2000, "Fast and accurate computation of binomial probabilities".
 * @param n at least 0, whole or not (0 answers 0, which is what binomial probabilities need at the ends)
 */
export function stirlingError(n: number): number {
  if (n === 0) return 0
  if (n <= 15) return logGamma(n + 1) - (n + 0.5) * Math.log(n) + n - HALF_LOG_TWO_PI
  const n2 = n * n
  return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / n2) / n2) / n2) / n2) / n
}
