/**
 * Jensen–Shannon distance: √(½ KL(p‖m) + ½ KL(q‖m)), m the mean of both.
 *
 * Sensitive to: mass moving between bins; bounded, and finite with empty bins. Kinds: numeric (binned), categorical.
 * Range 0 … 1 in base 2 (0 … √ln 2 in nats); distance, no p-value; noise floor √((B-1)(1/n+1/m)/8/ln 2).
 * Source: Lin 1991; statistics.md 4.2 and 4.3; golden `jensen_shannon_evidently` (nats), `jensen_shannon_nannyml` (base 2).
 * Example: shares [1, 0] and [0, 1] give 1 in base 2.
 */
import { sharesOfPair } from '@/lib/stats/divergence/shares'
import type { Score } from '@/lib/stats/outcome'
import { sumOf } from '@/lib/stats/sum'

/**
 * @param reference non-negative weights (shares or counts), not all 0
 * @param current weights on the same bins, not all 0
 * @param base 2, or Math.E for nats
 */
export function jensenShannon(reference: ArrayLike<number>, current: ArrayLike<number>, base = 2): Score {
  const pair = sharesOfPair(reference, current)
  if (pair.status !== 'ok') return pair
  const terms: number[] = []
  for (let j = 0; j < pair.p.length; j++) {
    const p = pair.p[j]!
    const q = pair.q[j]!
    const middle = (p + q) / 2
    // Half of the smallest double is 0; such a share adds nothing.
    if (middle === 0) continue
    let term = 0
    if (p > 0) term += p * Math.log(p / middle)
    if (q > 0) term += q * Math.log(q / middle)
    terms.push(term)
  }
  const divergence = Math.max(0, sumOf(terms) / 2)
  const value = Math.sqrt(base === Math.E ? divergence : divergence / Math.log(base))
  return { status: 'ok', value: base === 2 ? Math.min(1, value) : value }
}
