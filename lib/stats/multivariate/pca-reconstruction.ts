/**
 * PCA reconstruction error: how badly the main directions of the reference rows describe other rows.
 *
 * Standardise on the reference (divisor n; a constant column keeps divisor 1), keep the fewest components whose explained
 * share is strictly greater than 0.65; a row's error is the Euclidean norm of what they leave over; the value is the mean.
 * Sensitive to: broken relations between columns; blind to shifts inside the kept subspace. Kinds: rows of numbers.
 * Range 0 … ∞, and a fall is drift too; no p-value, but a sampling error std(divisor n-1)/√n. Sign and rotation of
 * components do not matter. Source: the rule NannyML documents; statistics.md 6.1; golden `pca_reconstruction`.
 * Example: rows on a line leave 0.
 */
import { type Matrix, whyUnusable } from '@/lib/stats/multivariate/matrix'
import { scatterOf } from '@/lib/stats/multivariate/scatter'
import { type Standardisation, standardisationOf, standardised } from '@/lib/stats/multivariate/standardise'
import { symmetricEigen } from '@/lib/stats/multivariate/symmetric-eigen'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { meanOf, sumOf } from '@/lib/stats/sum'

/** Share of the variance that the kept components must exceed. */
export const EXPLAINED_SHARE = 0.65

export interface PcaModel {
  readonly columns: number
  readonly standardisation: Standardisation
  /** How many components are kept. */
  readonly components: number
  /** The kept components, one a row. */
  readonly axes: Float64Array
  /** Share of the variance that each kept component explains. */
  readonly explainedRatio: readonly number[]
}

export interface Reconstruction {
  /** Mean error of a row. */
  readonly meanError: number
  /** Standard error of that mean; null for a single row. */
  readonly samplingError: number | null
  /** Share of the squared error that falls on each column; sums to 1, or all 0 when nothing is left over. */
  readonly columnShares: Float64Array
  /** Error of each row, in the order of the rows. */
  readonly rowErrors: Float64Array
}

/** Learns the components; fewer than 2 rows is `too_few_values`, no column that varies is `constant`. */
export function fitPca(
  reference: Matrix,
  explainedShare = EXPLAINED_SHARE,
): Outcome<{ readonly model: PcaModel }> {
  const unusable = whyUnusable(reference)
  if (unusable) return undefinedBecause(unusable)
  const { rows, columns } = reference
  if (rows < 2) return undefinedBecause('too_few_values')
  const standardisation = standardisationOf(reference)
  if (standardisation.constant.every((flag) => flag === 1)) return undefinedBecause('constant')
  const { products } = scatterOf(standardised(reference, standardisation), rows, columns)
  const { values, vectors } = symmetricEigen(products, columns)
  const total = sumOf(values.map((value) => Math.max(0, value)))
  const explainedRatio: number[] = []
  for (let sum = 0; explainedRatio.length < columns && !(sum > explainedShare); ) {
    const ratio = Math.max(0, values[explainedRatio.length]!) / total
    explainedRatio.push(ratio)
    sum += ratio
  }
  const components = explainedRatio.length
  const axes = vectors.slice(0, components * columns)
  return { status: 'ok', model: { columns, standardisation, components, axes, explainedRatio } }
}

/** What the components leave over of these rows. */
export function reconstruct(model: PcaModel, rows: Matrix): Outcome<Reconstruction> {
  const unusable = whyUnusable(rows) ?? (rows.columns === model.columns ? null : 'length_mismatch')
  if (unusable) return undefinedBecause(unusable)
  if (rows.rows === 0) return undefinedBecause('too_few_values')
  const { columns, components, axes } = model
  const cells = standardised(rows, model.standardisation)
  const squares = new Float64Array(columns)
  const rowErrors = new Float64Array(rows.rows)
  const loads = new Float64Array(components)
  for (let i = 0; i < rows.rows; i++) {
    const row = cells.subarray(i * columns, (i + 1) * columns)
    for (let k = 0; k < components; k++) {
      let load = 0
      for (let j = 0, at = k * columns; j < columns; j++, at++) load += axes[at]! * row[j]!
      loads[k] = load
    }
    let squared = 0
    for (let k = 0, at = 0; k < components; k++) {
      for (let j = 0; j < columns; j++, at++) row[j]! -= loads[k]! * axes[at]!
    }
    for (let j = 0; j < columns; j++) {
      const left = row[j]! * row[j]!
      squares[j]! += left
      squared += left
    }
    rowErrors[i] = Math.sqrt(squared)
  }
  const total = sumOf(squares)
  const columnShares = squares.map((square) => (total > 0 ? square / total : 0))
  const meanError = meanOf(rowErrors)!
  return {
    status: 'ok',
    meanError,
    samplingError: errorOfMean(rowErrors, meanError),
    columnShares,
    rowErrors,
  }
}

/** std / √n with divisor n-1. */
function errorOfMean(values: Float64Array, mean: number): number | null {
  const n = values.length
  if (n < 2) return null
  return Math.sqrt(sumOf(values.map((value) => (value - mean) ** 2)) / (n - 1) / n)
}

export interface PcaComparison {
  readonly model: PcaModel
  readonly reference: Reconstruction
  readonly current: Reconstruction
}

/** Learns on the reference rows, measures both sides; the statistic is `current.meanError`. */
export function pcaReconstruction(
  reference: Matrix,
  current: Matrix,
  explainedShare = EXPLAINED_SHARE,
): Outcome<PcaComparison> {
  const unusable = whyUnusable(reference, current)
  if (unusable) return undefinedBecause(unusable)
  const fitted = fitPca(reference, explainedShare)
  if (fitted.status !== 'ok') return fitted
  const before = reconstruct(fitted.model, reference)
  if (before.status !== 'ok') return before
  const now = reconstruct(fitted.model, current)
  return now.status === 'ok' ? { status: 'ok', model: fitted.model, reference: before, current: now } : now
}
