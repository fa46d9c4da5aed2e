/**
 * Whether isotonic calibration would help: the calibration error of held-out predictions against that of the scores.
 *
 * Kinds: scores 0 … 1 with labels 0/1. Row i belongs to fold i mod 10; each fold is predicted by an isotonic fit on
 * the other nine, and the equal-count error of all predictions is compared with that of the scores. Deterministic,
 * unlike NannyML's shuffled splits. One class only: no. Source: statistics.md section 11; golden `needs_calibration`.
 * Example: scores of two values, 0.25 and 0.75, that are right every time need it.
 */
import { equalCountError } from '@/lib/stats/calibration/calibration-error'
import { fitInOrder, predictIsotonic } from '@/lib/stats/calibration/isotonic'
import { problemOfScoredLabels } from '@/lib/stats/calibration/scored-labels'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { ascendingOrder } from '@/lib/stats/sort-order'

const FOLDS = 10

export interface CalibrationNeed {
  readonly needed: boolean
  /** Calibration error of the scores, and of held-out calibrated scores; null when there is one class only. */
  readonly before: number | null
  readonly after: number | null
}

/** @returns the decision and both errors; `too_few_values` below two rows of two classes */
export function needsCalibration(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): Outcome<CalibrationNeed> {
  const problem = problemOfScoredLabels(scores, labels)
  if (problem) return problem
  const n = scores.length
  let positives = 0
  for (let i = 0; i < n; i++) positives += labels[i]!
  if (positives === 0 || positives === n) return { status: 'ok', needed: false, before: null, after: null }
  const before = equalCountError(scores, labels)
  const after = equalCountError(heldOutPredictions(scores, labels), labels)
  if (before.status !== 'ok' || after.status !== 'ok') return undefinedBecause('too_few_values')
  return { status: 'ok', needed: before.value > after.value, before: before.value, after: after.value }
}

function heldOutPredictions(scores: ArrayLike<number>, labels: ArrayLike<number>): Float64Array {
  const predictions = Float64Array.from(scores)
  const order = ascendingOrder(scores)
  for (let fold = 0; fold < FOLDS; fold++) {
    const others = order.filter((row) => row % FOLDS !== fold)
    const fit = fitInOrder(others, scores, labels)
    for (let row = fold; row < predictions.length; row += FOLDS) {
      predictions[row] = predictIsotonic(fit, scores[row]!)
    }
  }
  return predictions
}
