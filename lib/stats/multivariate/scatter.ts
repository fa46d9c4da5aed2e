/** Owns the sums of products about the mean, from which every covariance follows. Source: two-pass formula. */
import { addWeightedProducts, allRows } from '@/lib/stats/multivariate/weighted-products'

export interface Scatter {
  readonly means: Float64Array
  /** Σ (x - x̄)(x - x̄)ᵀ, columns × columns, symmetric. */
  readonly products: Float64Array
}

/** @param cells finite, row by row; at least one row */
export function scatterOf(cells: Float64Array, rows: number, columns: number): Scatter {
  const means = new Float64Array(columns)
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) means[j]! += cells[at]! / rows
  }
  const centred = new Float64Array(rows * columns)
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) centred[at] = cells[at]! - means[j]!
  }
  const products = new Float64Array(columns * columns)
  addWeightedProducts(products, centred, columns, allRows(rows), new Float64Array(rows).fill(1))
  return { means, products }
}
