/** Owns reading one quality metric, with its sampling error, out of joined labels. */
import type { MetricId } from '@/lib/domain/metric'
import { binaryConfusion, binaryMetrics, multiclassMetrics } from '@/lib/stats/performance/confusion-metrics'
import { maeFromSums, rmseFromSums } from '@/lib/stats/performance/regression-metrics'
import { rocAuc, sortScores } from '@/lib/stats/performance/score-metrics'
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

/**
 * The larger of the errors at the share that was seen and at the one that is expected: none of few seen has hardly an
 * error of its own, and says little all the same.
 */
function shareErrorAgainst(share: number, expected: number, n: number): number {
  return Math.max(shareError(share, n), shareError(Math.min(1, Math.max(0, expected)), n))
}

/** F1 of the positive class, or the mean over classes; rows that count are those of the class, hit or missed. */
function f1(quality: QualitySummary, positiveClass: string | null, expected: number): QualityEstimate | null {
  if (positiveClass === null) {
    const { macroF1, n } = multiclassMetrics(quality.confusion)
    const classes = Math.max(1, quality.confusion.size)
    if (macroF1 === null) return null
    return {
      value: macroF1,
      error: shareErrorAgainst(macroF1, expected, n / classes) / Math.sqrt(classes),
      n,
    }
  }
  const confusion = binaryConfusion(quality.confusion, positiveClass)
  const { f1: value } = binaryMetrics(confusion)
  const counted = confusion.tp + confusion.fp + confusion.fn
  // Without a single positive label there is nothing to hit: F1 is undefined, not 0.
  if (value === null || confusion.tp + confusion.fn === 0) return null
  const error = Math.max(f1Error(value, counted), f1Error(expected, counted))
  return { value, error, n: quality.n }
}

/** F1 = 2s/(1+s) with s the share of hits among the rows that count; d F1 / d s = 2/(1+s)². */
function f1Error(value: number, counted: number): number {
  const hits = value / (2 - value)
  return (shareError(hits, counted) * 2) / (1 + hits) ** 2
}

/** Labels of either class below which a rank statistic is an anecdote. */
const MIN_CLASS_LABELS = 10

function auc(quality: QualitySummary): QualityEstimate | null {
  const result = rocAuc(sortScores(quality.scores))
  if (!result || Math.min(result.positives, result.negatives) < MIN_CLASS_LABELS) return null
  const error = Math.max(result.deLong ?? 0, result.hanleyMcNeil)
  return { value: result.auc, error, n: result.positives + result.negatives }
}

/**
 * @param expected the reference's value, at which the sampling error is taken too
 * @returns the metric on the window's labels, or null when it is undefined there
 */
export function qualityValue(
  metric: MetricId,
  quality: QualitySummary,
  positiveClass: string | null,
  expected: number,
): QualityEstimate | null {
  switch (metric) {
    case 'accuracy': {
      const { accuracy, n } = multiclassMetrics(quality.confusion)
      return accuracy === null
        ? null
        : { value: accuracy, error: shareErrorAgainst(accuracy, expected, n), n }
    }
    case 'f1':
      return f1(quality, positiveClass, expected)
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
