/**
 * Kullback–Leibler divergence in nats: Σ p ln(p/q), reference first.
 *
 * Sensitive to: mass of the reference that the current sample lost; not symmetric. Kinds: numeric (binned) and categorical.
 * Range 0 … ∞, larger is further; distance, no p-value; noise floor (B-1)(1/n+1/m)/2. Zero shares are filled on each side by
 * Evidently's rule (`psi.ts`), then both sides are made to add up to 1 again.
 * Source: Kullback & Leibler 1951; statistics.md 4.2; golden `kl_divergence`. Example: shares [½, ½] and [¼, ¾] give 0.1438.
 */
import { fillZeroShares } from '@/lib/stats/divergence/psi'
import { sharesOfPair } from '@/lib/stats/divergence/shares'
import type { Score } from '@/lib/stats/outcome'
import { sumOf } from '@/lib/stats/sum'

/**
 * @param reference counts or weights, not all 0
 * @param current counts on the same bins, not all 0
 */
export function klDivergence(reference: ArrayLike<number>, current: ArrayLike<number>): Score {
  const pair = sharesOfPair(reference, current)
  if (pair.status !== 'ok') return pair
  const p = fillZeroShares(pair.p)
  const q = fillZeroShares(pair.q)
  const [sumP, sumQ] = [sumOf(p), sumOf(q)]
  const rescaled = Math.log(sumQ) - Math.log(sumP)
  // In logarithms: the quotient of a full and a nearly empty bin could overflow.
  const terms = p.map((share, j) => (share / sumP) * (Math.log(share) - Math.log(q[j]!) + rescaled))
  return { status: 'ok', value: Math.max(0, sumOf(terms)) }
}
