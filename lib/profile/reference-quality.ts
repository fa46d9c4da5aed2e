/** Owns how good the model was on its own reference, where that has labels. */
import type { ReferenceQuality } from '@/lib/domain/profile'
import {
  type BinaryMetrics,
  binaryConfusion,
  binaryMetrics,
  multiclassMetrics,
} from '@/lib/stats/performance/confusion-metrics'
import { rocAuc, sortScores } from '@/lib/stats/performance/score-metrics'
import { sumOf } from '@/lib/stats/sum'

/** Accuracy and F1 (binary: of the positive class; else macro), and ROC AUC where there is a score. Names as in METRICS. */
export function classQuality(
  labels: readonly (string | null)[],
  predictions: readonly (string | null)[] | null,
  scores: Float64Array | null,
  positiveClass: string | null,
): ReferenceQuality | null {
  const confusion = new Map<string, Map<string, number>>()
  let n = 0
  for (const [row, label] of labels.entries()) {
    const prediction = predictions?.[row] ?? null
    if (label === null || prediction === null) continue
    n++
    const counts = confusion.get(label) ?? new Map<string, number>()
    counts.set(prediction, (counts.get(prediction) ?? 0) + 1)
    confusion.set(label, counts)
  }
  const metrics: Record<string, number | null> = {}
  if (n > 0 && positiveClass !== null) {
    const { accuracy, f1 }: BinaryMetrics = binaryMetrics(binaryConfusion(confusion, positiveClass))
    Object.assign(metrics, { accuracy, f1 })
  } else if (n > 0) {
    const { accuracy, macroF1 } = multiclassMetrics(confusion)
    Object.assign(metrics, { accuracy, f1: macroF1 })
  }
  if (scores && positiveClass !== null) {
    const counted = aucOf(labels, scores, positiveClass)
    metrics.roc_auc = counted.auc
    n = Math.max(n, counted.n)
  }
  return n === 0 ? null : { n, metrics }
}

function aucOf(
  labels: readonly (string | null)[],
  scores: Float64Array,
  positiveClass: string,
): { n: number; auc: number | null } {
  const counts = new Map<number, { negative: number; positive: number }>()
  let n = 0
  for (const [row, label] of labels.entries()) {
    const score = scores[row]
    if (label === null || score === undefined || Number.isNaN(score)) continue
    n++
    const entry = counts.get(score) ?? { negative: 0, positive: 0 }
    if (label === positiveClass) entry.positive++
    else entry.negative++
    counts.set(score, entry)
  }
  return { n, auc: rocAuc(sortScores(counts))?.auc ?? null }
}

/** MAE and RMSE. */
export function regressionQuality(labels: Float64Array, predictions: Float64Array): ReferenceQuality | null {
  const errors: number[] = []
  for (const [row, label] of labels.entries()) {
    const error = (predictions[row] ?? Number.NaN) - label
    if (Number.isFinite(error)) errors.push(error)
  }
  const n = errors.length
  if (n === 0) return null
  const mae = sumOf(errors.map(Math.abs)) / n
  const rmse = Math.sqrt(sumOf(errors.map((error) => error * error)) / n)
  return { n, metrics: { mae, rmse } }
}

/** The class with the larger mean score; null when that cannot be told. */
export function classOfHigherScore(
  labels: readonly (string | null)[],
  scores: Float64Array,
  classes: readonly string[],
): string | null {
  const sums = new Map(classes.map((label) => [label, { sum: 0, n: 0 }]))
  for (const [row, label] of labels.entries()) {
    const entry = label === null ? undefined : sums.get(label)
    const score = scores[row]
    if (!entry || score === undefined || Number.isNaN(score)) continue
    entry.sum += score
    entry.n++
  }
  const means = [...sums].flatMap(([label, { sum, n }]) => (n > 0 ? [{ label, mean: sum / n }] : []))
  means.sort((a, b) => b.mean - a.mean)
  const [first, second] = means
  return first && second && first.mean > second.mean ? first.label : null
}
