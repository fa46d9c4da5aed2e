/**
 * Mahalanobis distance of each row from the reference rows: √((x - x̄)ᵀ S⁻¹ (x - x̄)), S with divisor n-1.
 *
 * Sensitive to: single odd rows, odd combinations too. Kinds: rows of numbers. Range 0 … ∞; the outlier share counts rows
 * whose square is beyond the chi-square quantile 0.999 on p degrees of freedom. Conventions: columns that are constant in
 * the reference have no unit to measure in and are left out; a singular S gets a reported ridge.
 * Source: Mahalanobis 1936; statistics.md 6.3; golden `hotelling_t2`. Example: one column gives |z|.
 */
import { ridgedFactor, solveLower } from '@/lib/stats/multivariate/cholesky'
import { type Matrix, whyUnusable } from '@/lib/stats/multivariate/matrix'
import { scatterOf } from '@/lib/stats/multivariate/scatter'
import { standardisationOf, standardised } from '@/lib/stats/multivariate/standardise'
import { varyingColumns } from '@/lib/stats/multivariate/varying-columns'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { chiSquareCritical } from '@/lib/stats/special/incomplete-gamma'
import { meanOf } from '@/lib/stats/sum'

/** Share of normal rows that count as outliers when nothing changed. */
export const OUTLIER_RATE = 0.001

export interface MahalanobisDistances {
  /** One a row, in the order of the rows. */
  readonly distances: Float64Array
  readonly meanDistance: number
  /** Share of rows beyond the quantile. */
  readonly outlierShare: number
  readonly ridge: number
  /** How many columns took part. */
  readonly columns: number
}

/** Needs 2 reference rows and 1 current row. */
export function mahalanobisDistances(reference: Matrix, current: Matrix): Outcome<MahalanobisDistances> {
  const unusable = whyUnusable(reference, current)
  if (unusable) return undefinedBecause(unusable)
  const n = reference.rows
  if (n < 2 || current.rows < 1) return undefinedBecause('too_few_values')
  const { constant } = standardisationOf(reference)
  const left = varyingColumns(reference, constant)
  const p = left.columns
  if (p === 0) return undefinedBecause('constant')
  const standardisation = standardisationOf(left)
  const { means, products } = scatterOf(standardised(left, standardisation), n, p)
  const solved = ridgedFactor(
    products.map((product) => product / (n - 1)),
    p,
  )
  if (!solved) return undefinedBecause('constant')
  const cells = standardised(varyingColumns(current, constant), standardisation)
  const quantile = chiSquareCritical(OUTLIER_RATE, p)
  const distances = new Float64Array(current.rows)
  let outliers = 0
  for (let i = 0; i < current.rows; i++) {
    const row = cells.subarray(i * p, (i + 1) * p)
    for (let j = 0; j < p; j++) row[j]! -= means[j]!
    solveLower(solved.factor, p, row)
    let squared = 0
    for (let j = 0; j < p; j++) squared += row[j]! * row[j]!
    if (squared > quantile) outliers++
    distances[i] = Math.sqrt(squared)
  }
  return {
    status: 'ok',
    distances,
    meanDistance: meanOf(distances)!,
    outlierShare: outliers / current.rows,
    ridge: solved.ridge,
    columns: p,
  }
}
