/** Owns the golden methods on predictions and labels. */

import type { GoldenMethod } from '@/lib/stats/golden/case'
import { numbersOf } from '@/lib/stats/golden/columns'
import { binaryMetrics } from '@/lib/stats/performance/confusion-metrics'
import { regressionMetrics } from '@/lib/stats/performance/regression-metrics'
import {
  averagePrecision,
  countScores,
  probabilityLosses,
  rocAuc,
} from '@/lib/stats/performance/score-metrics'

const binary: GoldenMethod = (columns, { params }) => {
  const counts = countScores(numbersOf(columns.score), numbersOf(columns.y_true))
  const confusion = { tp: 0, fp: 0, tn: 0, fn: 0 }
  for (const { score, negative, positive } of counts) {
    const isPositive = score >= (params.threshold as number)
    confusion[isPositive ? 'tp' : 'fn'] += positive
    confusion[isPositive ? 'fp' : 'tn'] += negative
  }
  const metrics = binaryMetrics(confusion)
  const losses = probabilityLosses(counts)
  return {
    status: 'ok',
    n: confusion.tp + confusion.fp + confusion.tn + confusion.fn,
    ...confusion,
    accuracy: metrics.accuracy,
    precision: metrics.precision,
    recall: metrics.recall,
    specificity: metrics.specificity,
    f1: metrics.f1,
    balanced_accuracy: metrics.balancedAccuracy,
    mcc: metrics.mcc,
    base_rate: metrics.baseRate,
    roc_auc: rocAuc(counts)?.auc ?? null,
    average_precision: averagePrecision(counts),
    log_loss: losses?.logLoss ?? null,
    brier: losses?.brier ?? null,
  }
}

const regression: GoldenMethod = (columns) => {
  const actual = numbersOf(columns.y_true)
  const errors = numbersOf(columns.error)
  const metrics = regressionMetrics(
    actual,
    actual.map((y, i) => y + errors[i]!),
  )
  if (!metrics) return { status: 'undefined', reason: 'too_few_values' }
  return {
    status: 'ok',
    n: actual.length,
    mae: metrics.mae,
    mse: metrics.mse,
    rmse: metrics.rmse,
    median_ae: metrics.medianAe,
    max_error: metrics.maxError,
    mape: metrics.mape,
    mape_nonzero: metrics.mapeNonzero,
    rmsle: metrics.rmsle,
    r2: metrics.r2,
    mean_error: metrics.meanError,
    'pinball_0.1': metrics.pinball(0.1),
    'pinball_0.5': metrics.pinball(0.5),
    'pinball_0.9': metrics.pinball(0.9),
    sampling_error_mae: metrics.maeError,
    sampling_error_rmse: metrics.rmseError,
  }
}

export const QUALITY_METHODS: Readonly<Record<string, GoldenMethod>> = {
  auc_variance: (columns) => {
    const result = rocAuc(countScores(numbersOf(columns.score), numbersOf(columns.y_true)))
    if (!result || result.deLong === null) return { status: 'undefined', reason: 'too_few_values' }
    return {
      status: 'ok',
      statistic: result.auc,
      delong_se: result.deLong,
      hanley_mcneil_se: result.hanleyMcNeil,
    }
  },
  metrics_binary: binary,
  metrics_regression: regression,
}
