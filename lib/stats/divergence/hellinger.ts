/**
 * Hellinger distance: √(½ Σ (√p - √q)²), which equals √(1 - Σ √(pq)) without losing its digits near 0.
 *
 * Sensitive to: mass moving between bins, most into and out of rare ones. Kinds: numeric (binned) and categorical. Range 0 … 1; distance, no
 * p-value; noise floor √((B-1)(1/n+1/m)/8). Source: Hellinger 1909; statistics.md 4.3 and 4.4; golden
 * `hellinger_nannyml` and `hellinger_evidently` (their bins: `sample-bins.ts`). Example: shares [1, 0] and [0, 1] give 1.
 */
import { sharesOfPair } from '@/lib/stats/divergence/shares'
import type { Score } from '@/lib/stats/outcome'

/**
 * @param reference counts or weights, not all 0
 * @param current counts on the same bins, not all 0
 */
export function hellinger(reference: ArrayLike<number>, current: ArrayLike<number>): Score {
  const pair = sharesOfPair(reference, current)
  if (pair.status !== 'ok') return pair
  let sum = 0
  for (let j = 0; j < pair.p.length; j++) {
    const gap = Math.sqrt(pair.p[j]!) - Math.sqrt(pair.q[j]!)
    sum += gap * gap
  }
  return { status: 'ok', value: Math.min(1, Math.sqrt(sum / 2)) }
}
