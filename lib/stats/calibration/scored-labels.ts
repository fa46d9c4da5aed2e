/** Owns the check of what all methods on probabilities take: scores in [0, 1], each with a label 0 or 1. */
import { type Undefined, undefinedBecause } from '@/lib/stats/outcome'

/** Whether all values are probabilities; false for NaN. */
export function areProbabilities(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (!(values[i]! >= 0 && values[i]! <= 1)) return false
  return true
}

/** Whether all values are 0 or 1. */
export function areBinary(values: ArrayLike<number>): boolean {
  for (let i = 0; i < values.length; i++) if (values[i] !== 0 && values[i] !== 1) return false
  return true
}

/** Why these rows cannot be read; null when they can. */
export function problemOfScoredLabels(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): Undefined | null {
  if (scores.length !== labels.length) return undefinedBecause('length_mismatch')
  if (scores.length === 0) return undefinedBecause('too_few_values')
  return areProbabilities(scores) && areBinary(labels) ? null : undefinedBecause('invalid_value')
}
