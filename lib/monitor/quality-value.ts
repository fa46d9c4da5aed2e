/** Owns reading one quality metric, with its sampling error, out of joined labels. */
import type { MetricId } from '@/lib/domain/metric'
import { binaryConfusion, binaryMetrics, multiclassMetrics } from '@/lib/stats/confusion-metrics'
import { maeFromSums, rmseFromSums } from '@/lib/stats/regression-metrics'
import { rocAuc, sortScores } from '@/lib/stats/score-metrics'
import type { QualitySummary } from '@/lib/summary/types'

export interface QualityEstimate {
  readonly value: number
  /** Standard error; never 0 for a share, which would make one mistake significant. */
  readonly error: number
  readonly n: number
}

/** Standard error of a share of n, with half a success and half a failure added. */
function shareError(share: number, n: number): number {
  const smoothed = (share * n + 0.5) / (n + 1)
  return Math.sqrt((smoothed * (1 - smoothed)) / n)
}

/** F1 of the positive class, or the mean over classes; rows that count are those of the class, hit or missed. */
function f1(quality: QualitySummary, positiveClass: string | null): QualityEstimate | null {
  if (positiveClass === null) {
    const { macroF1, n } = multiclassMetrics(quality.confusion)
    const classes = Math.max(1, quality.confusion.size)
    return macroF1 === null
      ? null
      : { value: macroF1, error: shareError(macroF1, n / classes) / Math.sqrt(classes), n }
  }
  const confusion = binaryConfusion(quality.confusion, positiveClass)
  const { f1: value } = binaryMetrics(confusion)
  const counted = confusion.tp + confusion.fp + confusion.fn
  if (value === null) return null
  // d F1 / d share of hits among the rows that count is at most 2/(1+share)².
  const hits = confusion.tp / counted
  return { value, error: (shareError(hits, counted) * 2) / (1 + hits) ** 2, n: quality.n }
}

function auc(quality: QualitySummary): QualityEstimate | null {
  const result = rocAuc(sortScores(quality.scores))
  if (!result) return null
  const error = Math.max(result.deLong ?? 0, result.hanleyMcNeil)
  return { value: result.auc, error, n: result.positives + result.negatives }
}

/** @returns the metric on the window's labels, or null when it is undefined there */
export function qualityValue(
  metric: MetricId,
  quality: QualitySummary,
  positiveClass: string | null,
): QualityEstimate | null {
  switch (metric) {
    case 'accuracy': {
      const { accuracy, n } = multiclassMetrics(quality.confusion)
      return accuracy === null ? null : { value: accuracy, error: shareError(accuracy, n), n }
    }
    case 'f1':
      return f1(quality, positiveClass)
    case 'roc_auc':
      return auc(quality)
    case 'mae': {
      const estimate = maeFromSums(quality)
      return estimate && { ...estimate, n: quality.n }
    }
    case 'rmse': {
      const estimate = rmseFromSums(quality)
      return estimate && { ...estimate, n: quality.n }
    }
    default:
      throw new RangeError(`${metric} is no quality metric`)
  }
}
