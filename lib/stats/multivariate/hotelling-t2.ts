/**
 * Hotelling's two-sample T²: do the means of all columns together differ?
 *
 * T² = nm/(n+m) · dᵀS⁻¹d with the pooled covariance S (divisor n+m-2); F = (n+m-p-1)/((n+m-2)p) · T² on (p, n+m-p-1)
 * degrees of freedom. Sensitive to: a shift of the mean in any direction; assumes equal covariances. Kinds: rows of
 * numbers. Range 0 … ∞; p-value exact for normal rows. Conventions: T² does not depend on units, so columns are
 * standardised first; columns that are constant on both sides are left out; a singular S gets a ridge of 1e-10 of its
 * mean diagonal element, reported. Source: Hotelling 1931; statistics.md 6.3; golden `hotelling_t2`.
 * Example: one column gives the square of Student's t.
 */
import { ridgedFactor, solveLower } from '@/lib/stats/multivariate/cholesky'
import { type Matrix, whyUnusable } from '@/lib/stats/multivariate/matrix'
import { scatterOf } from '@/lib/stats/multivariate/scatter'
import { standardisationOf, standardised } from '@/lib/stats/multivariate/standardise'
import { varyingColumns } from '@/lib/stats/multivariate/varying-columns'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { fSurvival } from '@/lib/stats/special/f-law'

export interface HotellingTest {
  readonly value: number
  readonly pValue: number
  readonly f: number
  readonly degreesOfFreedom: readonly [number, number]
  /** What was added to the diagonal of the standardised covariance; 0 when it was not singular. */
  readonly ridge: number
  /** How many columns took part. */
  readonly columns: number
}

/** Needs 2 rows a side and more rows than columns + 1 in all. */
export function hotellingT2(reference: Matrix, current: Matrix): Outcome<HotellingTest> {
  const unusable = whyUnusable(reference, current)
  if (unusable) return undefinedBecause(unusable)
  const [n, m] = [reference.rows, current.rows]
  if (Math.min(n, m) < 2) return undefinedBecause('too_few_values')
  const { constant } = standardisationOf(reference, current)
  const [left, right] = [varyingColumns(reference, constant), varyingColumns(current, constant)]
  const p = left.columns
  const bottom = n + m - p - 1
  if (p === 0) return undefinedBecause('constant')
  if (bottom < 1) return undefinedBecause('too_few_values')
  const standardisation = standardisationOf(left, right)
  const before = scatterOf(standardised(left, standardisation), n, p)
  const now = scatterOf(standardised(right, standardisation), m, p)
  const pooled = before.products.map((product, at) => (product + now.products[at]!) / (n + m - 2))
  const solved = ridgedFactor(pooled, p)
  if (!solved) return undefinedBecause('constant')
  const gap = before.means.map((mean, j) => mean - now.means[j]!)
  solveLower(solved.factor, p, gap)
  const squares = gap.reduce((sum, element) => sum + element * element, 0)
  const value = ((n * m) / (n + m)) * squares
  const f = (bottom / ((n + m - 2) * p)) * value
  return {
    status: 'ok',
    value,
    pValue: fSurvival(f, p, bottom),
    f,
    degreesOfFreedom: [p, bottom],
    ridge: solved.ridge,
    columns: p,
  }
}
