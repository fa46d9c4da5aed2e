/**
 * Thresholds for estimated metrics: mean ± 3 deviations of the metric realised on chunks of the reference.
 *
 * Scores are taken as the model gave them, labels as they came. Chunks of one class have no area under the curve;
 * precision, recall and F1 are left out where labels or decisions have one class. Limited to [0, 1].
 * Source: NannyML, standard deviation thresholds; statistics.md 12.1 and 9; golden `cbpe_binary`.
 */
import { ESTIMATED_METRICS, type EstimatedMetric } from '@/lib/stats/estimation/binary-estimate'
import { countDecisions, type LabelledRows } from '@/lib/stats/estimation/sampling-error'
import { type Band, deviationBand } from '@/lib/stats/inference/thresholds'
import { binaryMetrics } from '@/lib/stats/performance/confusion-metrics'
import { countScores, rocAuc } from '@/lib/stats/performance/score-metrics'

/** Null where no chunk has the metric. */
export type RealisedThresholds = Readonly<Record<EstimatedMetric, Band | null>>

const DEVIATIONS = 3

/**
 * @param rows of the reference, valid
 * @param chunkSize rows a chunk, at least 1; the last chunk may be shorter
 */
export function realisedThresholds(rows: LabelledRows, chunkSize: number): RealisedThresholds {
  const scores = Float64Array.from(rows.scores)
  const labels = Float64Array.from(rows.labels)
  const decisions = Float64Array.from(rows.decisions)
  const chunks: Readonly<Record<EstimatedMetric, number | null>>[] = []
  for (let start = 0; start < scores.length; start += chunkSize) {
    const end = start + chunkSize
    chunks.push(
      realisedMetrics({
        scores: scores.subarray(start, end),
        labels: labels.subarray(start, end),
        decisions: decisions.subarray(start, end),
      }),
    )
  }
  const thresholdOf = (metric: EstimatedMetric) =>
    deviationBand(
      chunks.map((chunk) => chunk[metric]),
      DEVIATIONS,
      { lowest: 0, highest: 1 },
    )
  return Object.fromEntries(
    ESTIMATED_METRICS.map((metric) => [metric, thresholdOf(metric)]),
  ) as unknown as RealisedThresholds
}

function realisedMetrics(rows: LabelledRows): Readonly<Record<EstimatedMetric, number | null>> {
  const confusion = countDecisions(rows)
  const { tp, fp, tn, fn } = confusion
  const metrics = binaryMetrics(confusion)
  const hasBoth = tp + fn > 0 && tn + fp > 0 && tp + fp > 0 && tn + fn > 0
  return {
    rocAuc: rocAuc(countScores(rows.scores, rows.labels))?.auc ?? null,
    f1: hasBoth ? metrics.f1 : null,
    precision: hasBoth ? metrics.precision : null,
    recall: hasBoth ? metrics.recall : null,
    specificity: metrics.specificity,
    accuracy: metrics.accuracy,
  }
}
