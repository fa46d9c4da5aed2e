/**
 * Student's t: both tails by the incomplete beta function, each relative down to the smallest double.
 * Source: Abramowitz & Stegun 26.7.1; statistics.md section 18.
 */
import { incompleteBeta } from '@/lib/stats/special/incomplete-beta'

/**
 * P(|T| ≥ |t|).
 * @param t any number, infinite too
 * @param df degrees of freedom above 0, whole or not
 */
export function studentTwoSided(t: number, df: number): number {
  if (t === 0) return 1
  // df/(df + t²) and its complement by way of one quotient, which neither overflows nor cancels.
  const quotient = Math.abs(t) / Math.sqrt(df)
  const x = quotient < 1 ? 1 / (1 + quotient * quotient) : (1 / quotient) ** 2 / (1 + (1 / quotient) ** 2)
  const y = quotient < 1 ? quotient ** 2 / (1 + quotient * quotient) : 1 / (1 + (1 / quotient) ** 2)
  return incompleteBeta(x, df / 2, 0.5, y)
}

/** P(T ≥ t), relative in the upper tail. */
export function studentSurvival(t: number, df: number): number {
  const half = studentTwoSided(t, df) / 2
  return t >= 0 ? half : 1 - half
}

/** P(T ≤ t), relative in the lower tail. */
export function studentCdf(t: number, df: number): number {
  return studentSurvival(-t, df)
}
