/**
 * Owns the columns that let a linear model see changes of variance and of interactions: squares and pairwise products.
 *
 * Columns are standardised by both sides first, so that no square overflows. Source: statistics.md 6.2.
 */
import { type Matrix, whyUnusable } from '@/lib/stats/multivariate/matrix'
import { standardisationOf, standardised } from '@/lib/stats/multivariate/standardise'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'

/** More columns than this have too many products for the rows of a window. */
export const MOST_COLUMNS_FOR_PRODUCTS = 20

export interface WithProducts {
  readonly reference: Matrix
  readonly current: Matrix
  /** Which columns each column comes from: [j] itself, [j, j] its square, [j, k] a product. */
  readonly sources: readonly (readonly number[])[]
}

function expanded(
  cells: Float64Array,
  rows: number,
  columns: number,
  sources: WithProducts['sources'],
): Matrix {
  const wide = new Float64Array(rows * sources.length)
  for (let i = 0, at = 0; i < rows; i++) {
    for (const [j, k] of sources) {
      const value = cells[i * columns + j!]!
      wide[at++] = k === undefined ? value : value * cells[i * columns + k]!
    }
  }
  return { rows, columns: sources.length, cells: wide }
}

/** Both sides with their squares and products; more than 20 columns stay as they are. */
export function withProducts(reference: Matrix, current: Matrix): Outcome<WithProducts> {
  const unusable = whyUnusable(reference, current)
  if (unusable) return undefinedBecause(unusable)
  const { columns } = reference
  if (reference.rows + current.rows === 0) return undefinedBecause('too_few_values')
  const singles = Array.from({ length: columns }, (_, j) => [j])
  const pairs = singles.flatMap(([j]) => singles.slice(j).map(([k]) => [j!, k!]))
  const sources = columns > MOST_COLUMNS_FOR_PRODUCTS ? singles : [...singles, ...pairs]
  const by = standardisationOf(reference, current)
  const widen = (side: Matrix) => expanded(standardised(side, by), side.rows, columns, sources)
  return { status: 'ok', reference: widen(reference), current: widen(current), sources }
}
