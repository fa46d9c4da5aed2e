/**
 * Fisher's F law, upper tail: P(F ≥ f) = I_x(d₂/2, d₁/2) with x = d₂/(d₂ + d₁f), relative for small p.
 * Source: Abramowitz & Stegun 26.6.2.
 */
import { incompleteBeta } from '@/lib/stats/special/incomplete-beta'

/**
 * @param f 0 … Infinity
 * @param top degrees of freedom of the numerator, above 0
 * @param bottom degrees of freedom of the denominator, above 0
 */
export function fSurvival(f: number, top: number, bottom: number): number {
  if (!(f > 0)) return 1
  if (f === Number.POSITIVE_INFINITY) return 0
  return incompleteBeta(bottom / (bottom + top * f), bottom / 2, top / 2)
}
