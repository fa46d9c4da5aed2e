/**
 * L-infinity distance: the largest change of any one category's share.
 *
 * Sensitive to: one category moving. Kinds: categorical. Range 0 … 1; distance, no p-value.
 * Source: TensorFlow Data Validation, NannyML; statistics.md 4.5; golden `l_infinity`.
 * Example: [0.5, 0.3, 0.2] and [0.3, 0.4, 0.3] give 0.2, at the first.
 */
import { pairCounts } from '@/lib/stats/categorical/paired-counts'
import type { Outcome } from '@/lib/stats/outcome'

/** Differences closer than this are a tie. */
const TIE = 1e-12

/** @returns the distance and the index that reaches it; null when several do */
export function lInfinity(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): Outcome<{ readonly value: number; readonly at: number | null }> {
  const paired = pairCounts(reference, current)
  if (paired.status !== 'ok') return paired
  const { n, m } = paired.counts
  const gaps = Array.from(reference, (count, j) => Math.abs(count / n - current[j]! / m))
  const value = gaps.reduce((largest, gap) => Math.max(largest, gap), 0)
  const reaching = gaps.flatMap((gap, j) => (value - gap <= TIE ? [j] : []))
  return { status: 'ok', value, at: reaching.length === 1 ? reaching[0]! : null }
}
