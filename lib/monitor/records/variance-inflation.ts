/**
 * Owns how much further a column's own movement sets records apart when the column goes together with others.
 *
 * Columns that shift by δ, each for itself, lie δ′R⁻¹δ apart (Mahalanobis), on average Σ δ² (R⁻¹)ⱼⱼ with R their correlation:
 * the variance inflation factors of regression. Source: Belsley, Kuh & Welsch, Regression Diagnostics, 1980, section 3.2.
 */
import { firstRows, mixedColumns, ownRows } from '@/lib/monitor/records/comparable-rows'
import { computedOnce, type SampleReference } from '@/lib/monitor/records/sample-reference'
import { ridgedFactor, solveCholesky } from '@/lib/stats/multivariate/cholesky'
import { encodeColumns } from '@/lib/stats/multivariate/encode-columns'
import { scatterOf } from '@/lib/stats/multivariate/scatter'
import { standardisationOf, standardised } from '@/lib/stats/multivariate/standardise'

/** A column that the others tell to the last digit would make every movement infinite. */
const MOST_INFLATION = 100

/** At least 1, by position of the sample's columns; 1 for a column that goes with no other. */
export function varianceInflations(sample: SampleReference): readonly number[] {
  return computedOnce(sample, 'inflations', () => {
    const columns = firstRows(sample.columns.length)
    const rows = firstRows(sample.rows)
    const mixed = mixedColumns(sample, ownRows(sample), { columns, reference: rows, current: [] })
    const { reference, sources } = encodeColumns(mixed, 'share')
    const inflations = columns.map(() => 1)
    const cells = standardised(reference, standardisationOf(reference))
    const size = reference.columns
    const correlation = scatterOf(cells, reference.rows, size).products.map((sum) => sum / reference.rows)
    // A constant column has no correlation with anything.
    for (let j = 0; j < size; j++) if (correlation[j * size + j] === 0) correlation[j * size + j] = 1
    const solved = ridgedFactor(correlation, size)
    if (!solved) return inflations
    sources.forEach(({ column }, j) => {
      const unit = new Float64Array(size)
      unit[j] = 1
      solveCholesky(solved.factor, size, unit)
      inflations[column] = Math.min(MOST_INFLATION, Math.max(1, unit[j] ?? 1))
    })
    return inflations
  })
}
