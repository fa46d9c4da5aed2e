/**
 * Confidence-based performance estimation (CBPE) of one window: the quality of class decisions without labels.
 *
 * With calibrated probabilities a row decided positive is a true positive with probability p, so the expected
 * confusion is a sum of probabilities. Assumes that P(label | score) is as it was: a change of the concept is not
 * seen. A ratio without a denominator is 0. Source: NannyML; statistics.md 12.1; golden `cbpe_binary`.
 * Example: p 0.9 decided positive and p 0.2 decided negative give an accuracy of (0.9 + 0.8) / 2.
 */
import { areBinary, areProbabilities } from '@/lib/stats/calibration/scored-labels'
import { expectedCurves } from '@/lib/stats/estimation/expected-curves'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import type { BinaryConfusion } from '@/lib/stats/performance/confusion-metrics'
import { sumOf } from '@/lib/stats/sum'

/** Metrics with a sampling error, a band and thresholds. */
export const ESTIMATED_METRICS = ['rocAuc', 'f1', 'precision', 'recall', 'specificity', 'accuracy'] as const

export type EstimatedMetric = (typeof ESTIMATED_METRICS)[number]

export interface BinaryEstimate {
  readonly n: number
  /** Expected counts; they add up to n. */
  readonly confusion: BinaryConfusion
  /** Null only for the area under the curve, when one class alone is to be expected. */
  readonly metrics: Readonly<Record<EstimatedMetric, number | null>>
  readonly averagePrecision: number | null
}

export interface UnlabelledRows {
  /** Calibrated probabilities of the positive class. */
  readonly probabilities: ArrayLike<number>
  /** What the model gave, finite; it ranks the rows. */
  readonly scores: ArrayLike<number>
  /** 1 where the model decided for the positive class, else 0. */
  readonly decisions: ArrayLike<number>
}

/** @returns the estimate; `too_few_values` without rows, `invalid_value` for a probability outside 0 … 1 */
export function estimateBinary({
  probabilities,
  scores,
  decisions,
}: UnlabelledRows): Outcome<BinaryEstimate> {
  const n = scores.length
  if (probabilities.length !== n || decisions.length !== n) return undefinedBecause('length_mismatch')
  if (n === 0) return undefinedBecause('too_few_values')
  const isReadable = areProbabilities(probabilities) && areBinary(decisions) && areFinite(scores)
  if (!isReadable) return undefinedBecause('invalid_value')
  const confusion = expectedConfusion(probabilities, decisions)
  const { tp, fp, tn, fn } = confusion
  const { rocAuc, averagePrecision } = expectedCurves(probabilities, scores)
  return {
    status: 'ok',
    n,
    confusion,
    averagePrecision,
    metrics: {
      rocAuc,
      f1: share(tp, (fp + fn) / 2),
      precision: share(tp, fp),
      recall: share(tp, fn),
      specificity: share(tn, fp),
      accuracy: Math.min(1, (tp + tn) / n),
    },
  }
}

/** Part of part and rest together; 0 for nothing. */
const share = (part: number, rest: number) => (part + rest === 0 ? 0 : part / (part + rest))

function areFinite(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false
  return true
}

function expectedConfusion(probabilities: ArrayLike<number>, decisions: ArrayLike<number>): BinaryConfusion {
  const chosen = new Float64Array(probabilities.length)
  const left = new Float64Array(probabilities.length)
  let positive = 0
  let negative = 0
  for (let i = 0; i < probabilities.length; i++) {
    if (decisions[i] === 1) chosen[positive++] = probabilities[i]!
    else left[negative++] = probabilities[i]!
  }
  const tp = sumOf(chosen.subarray(0, positive))
  const fn = sumOf(left.subarray(0, negative))
  return { tp, fp: Math.max(0, positive - tp), tn: Math.max(0, negative - fn), fn }
}
