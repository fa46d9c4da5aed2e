/** Owns the sums of products about the mean, from which every covariance follows. Source: two-pass formula. */

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
  const products = new Float64Array(columns * columns)
  const centred = new Float64Array(columns)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) centred[j] = cells[i * columns + j]! - means[j]!
    for (let j = 0; j < columns; j++) {
      const factor = centred[j]!
      if (factor === 0) continue
      for (let k = 0, at = j * columns; k <= j; k++, at++) products[at]! += factor * centred[k]!
    }
  }
  for (let j = 0; j < columns; j++) {
    for (let k = 0; k < j; k++) products[k * columns + j] = products[j * columns + k]!
  }
  return { means, products }
}
