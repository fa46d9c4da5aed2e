/**
 * Sampling error of estimated metrics: what a window of n rows varies by when nothing changed, learnt from a reference.
 *
 * A metric is a mean over some rows (precision over those decided positive); its error is deviation / √(n · fraction).
 * Source: NannyML, sampling error of estimated performance; statistics.md 12.1; golden `cbpe_binary`.
 * Example: an accuracy of 0.75 has a deviation of 0.433, so ± 0.0433 on 100 rows.
 */
import { problemOfScoredLabels } from '@/lib/stats/calibration/scored-labels'
import type { EstimatedMetric } from '@/lib/stats/estimation/binary-estimate'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import type { BinaryConfusion } from '@/lib/stats/performance/confusion-metrics'
import { ascendingOrder } from '@/lib/stats/sort-order'
import { deviationOf } from '@/lib/stats/sum'

/** Deviation of one row's part, and the share of rows that have a part. */
export interface SamplingPart {
  readonly deviation: number
  readonly fraction: number
}

/** Null where the reference has no row that counts. */
export type SamplingParts = Readonly<Record<EstimatedMetric, SamplingPart | null>>

/** Rows of the reference, where labels are known. */
export interface LabelledRows {
  readonly scores: ArrayLike<number>
  readonly labels: ArrayLike<number>
  /** 1 where the model decided for the positive class, else 0. */
  readonly decisions: ArrayLike<number>
}

/** @returns the parts of all metrics; `invalid_value` for scores outside 0 … 1 and labels besides 0 and 1 */
export function learnSamplingParts(rows: LabelledRows): Outcome<{ readonly parts: SamplingParts }> {
  const problem = problemOfScoredLabels(rows.scores, rows.labels)
  if (problem) return problem
  const n = rows.scores.length
  if (rows.decisions.length !== n) return undefinedBecause('length_mismatch')
  const { tp, fp, tn, fn } = countDecisions(rows)
  const concerned = tp + fp + fn
  return {
    status: 'ok',
    parts: {
      accuracy: ofCounts(tp + tn, fp + fn, n),
      precision: ofCounts(tp, fp, n),
      recall: ofCounts(tp, fn, n),
      specificity: ofCounts(tn, fp, n),
      f1: scaledBy(ofCounts(tp, fp + fn, n), concerned / (tp + (fp + fn) / 2)),
      rocAuc: ofRanks(rows, tp + fn, tn + fp),
    },
  }
}

/** Standard error of a metric on a window of `n` rows; null where the reference told nothing. */
export function samplingError(part: SamplingPart | null, n: number): number | null {
  return part && n > 0 ? part.deviation / Math.sqrt(n * part.fraction) : null
}

/** Counts of decisions by label. */
export function countDecisions({ labels, decisions }: Omit<LabelledRows, 'scores'>): BinaryConfusion {
  const counts = { tp: 0, fp: 0, tn: 0, fn: 0 }
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 1) counts[decisions[i] === 1 ? 'tp' : 'fn']++
    else counts[decisions[i] === 1 ? 'fp' : 'tn']++
  }
  return counts
}

/** Deviation of `ones` ones and `zeros` zeros. */
function ofCounts(ones: number, zeros: number, n: number): SamplingPart | null {
  const rows = ones + zeros
  if (rows === 0) return null
  return { deviation: Math.sqrt((ones / rows) * (zeros / rows)), fraction: rows / n }
}

function scaledBy(part: SamplingPart | null, factor: number): SamplingPart | null {
  return part && { ...part, deviation: part.deviation * factor }
}

/**
 * Deviation, over the rarer class, of the share of the other class that ranks below a row. When positives are the
 * majority the classes change places and scores are turned round.
 */
function ofRanks(
  { scores, labels }: LabelledRows,
  positives: number,
  negatives: number,
): SamplingPart | null {
  if (positives === 0 || negatives === 0) return null
  const n = positives + negatives
  const rare = positives > negatives ? 0 : 1
  const order = ascendingOrder(rare === 1 ? scores : Float64Array.from(scores, (score) => 1 - score))
  const others = Math.max(positives, negatives)
  const below: number[] = []
  // A row of the rarer class at the very bottom is left out, as in the reference implementation.
  for (let rank = 1; rank < n; rank++) {
    if (labels[order[rank]!] === rare) below.push((rank - below.length) / others)
  }
  const deviation = deviationOf(below)
  return deviation === null ? null : { deviation, fraction: (n - others) / n }
}
