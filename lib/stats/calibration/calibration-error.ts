/**
 * How far scores are from being probabilities: expected and maximum calibration error over bins, with the bins.
 *
 * Kinds: scores 0 … 1 with labels 0/1. Range 0 … 1; distance, no p-value. Equal width: bin min(⌊p·k⌋, k - 1), empty
 * bins left out. Equal count: NannyML's rule below. Source: Naeini, Cooper & Hauskrecht 2015; Guo et al. 2017;
 * statistics.md section 11; golden `calibration`. Example: scores 0.2 and 0.8, labels 0 and 1 give an error of 0.2.
 */
import { problemOfScoredLabels } from '@/lib/stats/calibration/scored-labels'
import { type Interval, wilsonInterval } from '@/lib/stats/inference/proportion-interval'
import type { Outcome } from '@/lib/stats/outcome'
import { ascendingOrder } from '@/lib/stats/sort-order'
import { sumOf } from '@/lib/stats/sum'

/** A bin of the reliability diagram. */
export interface ReliabilityBin {
  readonly bin: number
  readonly count: number
  readonly meanScore: number
  readonly positiveRate: number
  /** 95 % interval of the rate, after Wilson. */
  readonly interval: Interval
}

/** @param bins at least 1 */
export function calibrationError(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  bins = 10,
): Outcome<{
  readonly expected: number
  readonly largest: number
  readonly brier: number
  readonly bins: readonly ReliabilityBin[]
}> {
  const problem = problemOfScoredLabels(scores, labels)
  if (problem) return problem
  const n = scores.length
  const counts = new Float64Array(bins)
  const scoreSums = new Float64Array(bins)
  const positives = new Float64Array(bins)
  const squares = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    const bin = Math.min(Math.floor(scores[i]! * bins), bins - 1)
    counts[bin]!++
    scoreSums[bin]! += scores[i]!
    positives[bin]! += labels[i]!
    squares[i] = (scores[i]! - labels[i]!) ** 2
  }
  const rows = [...counts].flatMap((count, bin): ReliabilityBin[] => {
    if (count === 0) return []
    const positive = positives[bin]!
    const interval = wilsonInterval(positive, count)
    const meanScore = Math.min(1, scoreSums[bin]! / count)
    return [{ bin, count, meanScore, positiveRate: positive / count, interval }]
  })
  const gaps = rows.map((row) => Math.abs(row.meanScore - row.positiveRate))
  return {
    status: 'ok',
    expected: sumOf(gaps.map((gap, j) => (rows[j]!.count / n) * gap)),
    largest: Math.max(...gaps),
    brier: sumOf(squares) / n,
    bins: rows,
  }
}

/**
 * Bins of ⌊n/k⌋ rows in stable order of score, cut at 0, w, 2w, … up to n; the last cut is then moved to n, so
 * that the last bin may be longer and there may be more than k. Up to 2k rows make ⌊n/2⌋ bins.
 * @returns the error, or `too_few_values` below two rows
 */
export function equalCountError(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
  bins = 10,
): Outcome<{ readonly value: number }> {
  const problem = problemOfScoredLabels(scores, labels)
  if (problem) return problem
  const n = scores.length
  const wanted = n <= 2 * bins ? Math.floor(n / 2) : bins
  if (wanted === 0) return { status: 'undefined', reason: 'too_few_values' }
  const width = Math.floor(n / wanted)
  const cuts = Math.floor(n / width)
  const order = ascendingOrder(scores)
  const terms: number[] = []
  for (let bin = 0; bin < cuts; bin++) {
    const end = bin === cuts - 1 ? n : (bin + 1) * width
    let gap = 0
    for (let i = bin * width; i < end; i++) gap += scores[order[i]!]! - labels[order[i]!]!
    terms.push(Math.abs(gap) / n)
  }
  return { status: 'ok', value: sumOf(terms) }
}
