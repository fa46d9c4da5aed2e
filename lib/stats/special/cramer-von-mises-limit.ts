/**
 * Limiting law of the Cramér–von Mises statistic ω², both tails relative.
 *
 * Source: below the switch one minus the series in K_¼ of Anderson & Darling 1952 as in Csörgő & Faraway 1996 (1.3); above:
 * Smirnov's alternating integrals 1936, whose first one is the tail itself, by Gauss–Chebyshev quadrature.
 */
import { scaledBesselK } from '@/lib/stats/special/bessel-k'
import { logGamma } from '@/lib/stats/special/log-gamma'

const SWITCH = 0.6
const NODES = 160

/** P(ω² ≤ x) for x > 0: Σ Γ(k+½)/k! √(4k+1) e^-q K_¼(q) / (π^(3/2) √x), q = (4k+1)²/(16x). */
function lowerSeries(x: number): number {
  let sum = 0
  for (let k = 0; ; k++) {
    const odd = 4 * k + 1
    const q = (odd * odd) / (16 * x)
    const weight = Math.exp(logGamma(k + 0.5) - logGamma(k + 1) - 2 * q) * Math.sqrt(odd)
    const term = weight * scaledBesselK(0.25, q)
    sum += term
    if (term <= sum * 1e-17) break
  }
  return sum / (Math.PI ** 1.5 * Math.sqrt(x))
}

/**
 * P(ω² > x): (2/π) Σ (-1)^(j+1) ∫ e^(-xs²/2) / √(-s sin s) ds over s from (2j-1)π to 2jπ. With s = (2j-½)π + (π/2)u
 * the root of both ends is that of 1 - u², the weight of the quadrature.
 */
function upperIntegrals(x: number): number {
  let total = 0
  for (let j = 1; ; j++) {
    let sum = 0
    for (let i = 0; i < NODES; i++) {
      const angle = (Math.PI * (i + 0.5)) / NODES
      const u = Math.cos(angle)
      const s = (2 * j - 0.5) * Math.PI + (Math.PI / 2) * u
      // (1-u²)/cos(πu/2), finite at both ends; cos(πu/2) = sin(π(1-|u|)/2).
      const rest = 2 * Math.sin(u >= 0 ? angle / 2 : (Math.PI - angle) / 2) ** 2
      const ratio = (rest * (2 - rest)) / Math.sin((Math.PI / 2) * rest)
      sum += Math.sqrt(ratio / s) * Math.exp((-x * s * s) / 2)
    }
    const term = sum / NODES
    total += j % 2 === 1 ? term : -term
    if (term <= total * 1e-17) break
  }
  return Math.PI * total
}

/**
 * P(ω² ≥ x).
 * @param x any number; 0 or less answers 1
 */
export function cramerVonMisesSurvival(x: number): number {
  if (x <= 0) return 1
  return x < SWITCH ? Math.min(1, Math.max(0, 1 - lowerSeries(x))) : upperIntegrals(x)
}
