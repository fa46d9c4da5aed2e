/**
 * Quality of rankings that were shown and clicked: click rates, reciprocal rank, hits, NDCG, clicks over expected.
 *
 * Kinds: lists of one length, relevance (or 0/1 clicks) by position. NDCG has gains = relevance and discounts
 * 1/log2(position + 1); a list without relevance counts 0 in NDCG and reciprocal rank. Except for NDCG all are sums
 * by position, which merge. Source: Järvelin & Kekäläinen 2002; scikit-learn `ndcg_score`; Zhang & Jones 2007 (COEC);
 * statistics.md section 13; golden `metrics_ranking`. Example: one list, clicked at 2 of 3: reciprocal rank ½.
 */
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { meanOf, sumOf } from '@/lib/stats/sum'

/** Positions that a person sees at a glance: the "at k" of hits and precision. */
const DEFAULT_DEPTH = 3

export interface RankingMetrics {
  readonly queries: number
  /** Share of impressions with a click, all together and by position, position 1 first. */
  readonly clickRate: number
  readonly clickRateByPosition: readonly number[]
  /** Mean of 1 / position of the first click. */
  readonly reciprocalRank: number
  /** Share of lists with a click among the first `depth`, and share of those impressions that were clicked. */
  readonly hitRate: number
  readonly precision: number
  readonly ndcg: number
  /** Clicks over those expected from the reference click rate of each position; null when none are expected. */
  readonly clicksOverExpected: number | null
}

export interface RankingOptions {
  /** Positions a list. */
  readonly positions: number
  /** Reference click rate by position, 0 … 1. */
  readonly referenceClickRate: ArrayLike<number>
  readonly depth?: number
}

/**
 * @param relevance of each impression, 0 or more, list after list, position 1 first; above 0 is a click
 * @returns `length_mismatch` when lists are not whole, `invalid_value` for a relevance that is negative or not finite
 */
export function rankingMetrics(
  relevance: ArrayLike<number>,
  { positions, referenceClickRate, depth = DEFAULT_DEPTH }: RankingOptions,
): Outcome<RankingMetrics> {
  if (!(positions >= 1) || !(depth >= 1)) return undefinedBecause('invalid_value')
  if (relevance.length % positions !== 0) return undefinedBecause('length_mismatch')
  if (referenceClickRate.length !== positions) return undefinedBecause('length_mismatch')
  if (relevance.length === 0) return undefinedBecause('too_few_values')
  if (!areAmounts(relevance) || !areAmounts(referenceClickRate)) return undefinedBecause('invalid_value')
  const queries = relevance.length / positions
  const seen = Math.min(depth, positions)
  const clicks = new Float64Array(positions)
  const firstClicks = new Float64Array(positions)
  const gains: number[] = []
  for (let query = 0; query < queries; query++) {
    const list = Float64Array.from({ length: positions }, (_, j) => relevance[query * positions + j]!)
    list.forEach((value, j) => {
      if (value > 0) clicks[j]!++
    })
    const first = list.findIndex((value) => value > 0)
    if (first >= 0) firstClicks[first]!++
    gains.push(normalisedGain(list))
  }
  const clicked = sumOf(clicks)
  const expected = queries * sumOf(referenceClickRate)
  const overExpected = clicked / expected
  return {
    status: 'ok',
    queries,
    clickRate: clicked / relevance.length,
    clickRateByPosition: Array.from(clicks, (count) => count / queries),
    reciprocalRank: sumOf(firstClicks.map((count, j) => count / (j + 1))) / queries,
    hitRate: sumOf(firstClicks.subarray(0, seen)) / queries,
    precision: sumOf(clicks.subarray(0, seen)) / (queries * seen),
    ndcg: meanOf(gains) ?? 0,
    clicksOverExpected: Number.isFinite(overExpected) ? overExpected : null,
  }
}

function areAmounts(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (!(values[i]! >= 0 && values[i]! < Infinity)) return false
  return true
}

/** Discounted gain of a list over that of the best order of the same list; 0 for a list without relevance. */
function normalisedGain(list: Float64Array): number {
  const best = Math.max(...list)
  if (best === 0) return 0
  // Relative to the best, so that no relevance is too large or too small to be added up.
  const relative = list.map((value) => value / best)
  const ideal = Float64Array.from(relative).sort().reverse()
  return Math.min(1, discountedGain(relative) / discountedGain(ideal))
}

const discountedGain = (list: Float64Array) => sumOf(list.map((value, j) => value / Math.log2(j + 2)))
