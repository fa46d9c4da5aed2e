/**
 * Total variation distance: ½ Σ|p-q|, the share of rows that would have to change category.
 *
 * Sensitive to: any change of shares. Kinds: categorical. Range 0 … 1; distance, no p-value of its own;
 * noise floor ½ Σ √(2 p(1-p)(1/n+1/m)/π). Source: statistics.md 4.5; golden `total_variation`.
 * Example: [0.5, 0.5] and [0.4, 0.6] give 0.1.
 */
import { pairCounts } from '@/lib/stats/categorical/paired-counts'
import type { Score } from '@/lib/stats/outcome'
import { sumOf } from '@/lib/stats/sum'

/** @param reference counts by category; `current` counts of the same categories */
export function totalVariation(reference: ArrayLike<number>, current: ArrayLike<number>): Score {
  const paired = pairCounts(reference, current)
  if (paired.status !== 'ok') return paired
  const { n, m, ...counts } = paired.counts
  const gaps = counts.reference.map((count, j) => Math.abs(count / n - counts.current[j]! / m))
  return { status: 'ok', value: Math.min(1, sumOf(gaps) / 2) }
}
