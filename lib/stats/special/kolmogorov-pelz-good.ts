/**
 * Kolmogorov's law for one large sample, by the Pelz–Good expansion to terms in n^(-3/2).
 *
 * Right to about 1e-10 for n > 140 where Durbin's matrix would be too large. Source: Pelz & Good 1976;
 * choice of regions after Simard & L'Ecuyer 2011.
 */

const PI2 = Math.PI ** 2
const PI4 = Math.PI ** 4
const PI6 = Math.PI ** 6
const SQRT_TWO_PI = Math.sqrt(2 * Math.PI)
/** Below this exponent the leading factor is 0 in double precision. */
const SMALLEST_EXPONENT = -708

/** The four sums over odd integers, each a polynomial in the integer times q^(its square). */
function oddSums(z: number, q: number, terms: number): [number, number, number, number] {
  const z2 = z * z
  const z4 = z2 * z2
  const z6 = z4 * z2
  const sums: [number, number, number, number] = [0, 0, 0, 0]
  for (let k = terms; k >= 1; k--) {
    const m2 = (2 * k - 1) ** 2
    const m4 = m2 * m2
    const step = q ** (8 * k)
    sums[0] = sums[0] * step + 1
    sums[1] = sums[1] * step - z2 + (PI2 / 4) * m2
    sums[2] =
      sums[2] * step +
      6 * z6 +
      2 * z4 +
      (((2 * z4 - 5 * z2) * PI2) / 4) * m2 +
      ((PI4 * (1 - 2 * z2)) / 16) * m4
    sums[3] =
      sums[3] * step -
      30 * z6 -
      90 * z4 * z4 +
      ((PI2 * (135 * z4 - 96 * z6)) / 4) * m2 +
      ((PI4 * (-60 * z2 + 212 * z4)) / 16) * m4 +
      ((PI6 * (5 - 30 * z2)) / 64) * m2 * m4
  }
  return sums
}

/**
 * P(sup |F_n - F| < d).
 * @param n sample size, above 140
 * @param d distance, above 0
 */
export function kolmogorovCdfPelzGood(n: number, d: number): number {
  const z = Math.sqrt(n) * d
  const z2 = z * z
  const exponent = -PI2 / 8 / z2
  if (exponent < SMALLEST_EXPONENT) return 0
  const q = Math.exp(exponent)
  const terms = Math.ceil((16 * z) / Math.PI)
  const [s0, s1, s2, s3] = oddSums(z, q, terms)
  const scale = q * SQRT_TWO_PI
  let k2 = (s2 * scale) / (72 * z ** 7)
  let k3 = (s3 * scale) / (6480 * z ** 10)
  const q4 = Math.exp(-PI2 / 2 / z2)
  for (let k = terms; k >= 1; k--) {
    const weight = k * k * q4 ** (k * k)
    k2 -= (weight * PI2 * SQRT_TWO_PI) / (36 * z ** 3)
    k3 += (weight * (3 * z2 - PI2 * k * k) * PI2 * SQRT_TWO_PI) / (216 * z ** 6)
  }
  const cdf = (s0 * scale) / z + (s1 * scale) / (6 * z2 * z2) / Math.sqrt(n) + k2 / n + k3 / n ** 1.5
  return Math.min(1, Math.max(0, cdf))
}
