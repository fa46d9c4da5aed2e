/**
 * Modified Bessel function of the second kind K_ν, scaled by e^x so that it never underflows.
 *
 * ∫₀^∞ e^(-x (cosh t - 1)) cosh(νt) dt by the trapezoid rule, which converges geometrically on this integrand.
 * Source: Abramowitz & Stegun 9.6.24; Trefethen & Weideman 2014 (trapezoid rule); statistics.md 3.6 (K_¼).
 */

/** e^-x K… is summed until the exponent alone makes terms vanish. */
const LAST_EXPONENT = 45
/** Steps at which the error of the rule is below 1e-17: 2π·(π/2)/h for small x, 2π²/(h²x) for large. */
const LARGEST_STEP = 0.2
const STEP_BY_WIDTH = 0.6

/**
 * e^x K_ν(x), relative error near 1e-15.
 * @param order ν, meant for 0 … 5
 * @param x above 0
 * @throws RangeError for x ≤ 0 or NaN
 */
export function scaledBesselK(order: number, x: number): number {
  if (!(x > 0)) throw new RangeError('Bessel K needs a positive argument')
  const step = Math.min(LARGEST_STEP, STEP_BY_WIDTH / Math.sqrt(x))
  let sum = 0.5
  for (let k = 1; ; k++) {
    const t = k * step
    const half = Math.sinh(t / 2)
    // cosh t - 1 without cancellation.
    const exponent = 2 * x * half * half
    if (exponent - order * t > LAST_EXPONENT) break
    sum += Math.exp(-exponent) * Math.cosh(order * t)
  }
  return step * sum
}
