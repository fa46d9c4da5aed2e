/**
 * Skew of one column between training and serving: how far shares moved, what is new, what vanished, what is missing.
 *
 * Kinds: counts by category. Missing rates are compared by the pooled Z test (training minus serving).
 * Source: TensorFlow Data Validation for the L-infinity distance; statistics.md section 16; golden `skew_check`.
 * Example: a and b half each in training, a and c half each in serving: unseen ½, vanished ½, distance ½.
 */
import { lInfinity } from '@/lib/stats/categorical/l-infinity'
import { twoProportionZ } from '@/lib/stats/categorical/two-proportion-z'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { sumOf } from '@/lib/stats/sum'

/** One side: rows by category, in an order both sides share, and rows without a value. */
export interface SkewSide {
  readonly counts: ArrayLike<number>
  readonly missing: number
}

export interface Skew {
  readonly trainingMissingRate: number
  readonly servingMissingRate: number
  /** Null when all rows, or none, are missing on both sides. */
  readonly missingZ: number | null
  /** Null, as the shares below, when a side has no values. */
  readonly lInfinity: number | null
  /** Share of serving values that training does not have. */
  readonly unseenShare: number | null
  /** Share of training values that serving does not have. */
  readonly vanishedShare: number | null
}

/** @returns `too_few_values` when a side has no rows, `invalid_value` for a count that is none */
export function checkSkew(training: SkewSide, serving: SkewSide): Outcome<Skew> {
  if (training.counts.length !== serving.counts.length) return undefinedBecause('length_mismatch')
  const counts = [training.missing, serving.missing, ...listOf(training.counts), ...listOf(serving.counts)]
  if (!counts.every((count) => count >= 0 && count < Infinity)) return undefinedBecause('invalid_value')
  const trained = sumOf(training.counts)
  const served = sumOf(serving.counts)
  const [n, m] = [trained + training.missing, served + serving.missing]
  if (n === 0 || m === 0) return undefinedBecause('too_few_values')
  const missing = twoProportionZ({ successes: training.missing, n }, { successes: serving.missing, n: m })
  const distance = lInfinity(training.counts, serving.counts)
  const hasBoth = trained > 0 && served > 0
  return {
    status: 'ok',
    trainingMissingRate: training.missing / n,
    servingMissingRate: serving.missing / m,
    missingZ: missing.status === 'ok' ? missing.value : null,
    lInfinity: distance.status === 'ok' ? distance.value : null,
    unseenShare: hasBoth ? foreignShare(serving.counts, training.counts, served) : null,
    vanishedShare: hasBoth ? foreignShare(training.counts, serving.counts, trained) : null,
  }
}

const listOf = (values: ArrayLike<number>) => Array.from(values)

/** Share of rows whose category the other side does not have. */
function foreignShare(own: ArrayLike<number>, other: ArrayLike<number>, rows: number): number {
  return sumOf(listOf(own).filter((_, j) => other[j] === 0)) / rows
}
