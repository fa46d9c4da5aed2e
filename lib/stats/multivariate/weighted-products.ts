/**
 * Owns Σ w x xᵀ over rows, the heavy part of covariances and of Newton steps: four rows at a time, so that each sum is
 * read and written a quarter as often.
 */

/**
 * Adds to the lower half of `products`, then mirrors it.
 * @param products columns × columns, symmetric; changed in place
 * @param cells row by row
 * @param rows which rows
 * @param weights one for each of `rows`, in their order
 */
export function addWeightedProducts(
  products: Float64Array,
  cells: Float64Array,
  columns: number,
  rows: Int32Array,
  weights: Float64Array,
): void {
  const whole = rows.length - (rows.length % 4)
  for (let i = 0; i < whole; i += 4) {
    const a = rows[i]! * columns
    const b = rows[i + 1]! * columns
    const c = rows[i + 2]! * columns
    const d = rows[i + 3]! * columns
    for (let j = 0; j < columns; j++) {
      const wa = weights[i]! * cells[a + j]!
      const wb = weights[i + 1]! * cells[b + j]!
      const wc = weights[i + 2]! * cells[c + j]!
      const wd = weights[i + 3]! * cells[d + j]!
      for (let k = 0, at = j * columns; k <= j; k++, at++) {
        products[at]! += wa * cells[a + k]! + wb * cells[b + k]! + (wc * cells[c + k]! + wd * cells[d + k]!)
      }
    }
  }
  for (let i = whole; i < rows.length; i++) {
    const a = rows[i]! * columns
    for (let j = 0; j < columns; j++) {
      const factor = weights[i]! * cells[a + j]!
      for (let k = 0, at = j * columns; k <= j; k++, at++) products[at]! += factor * cells[a + k]!
    }
  }
  for (let j = 0; j < columns; j++) {
    for (let k = 0; k < j; k++) products[k * columns + j] = products[j * columns + k]!
  }
}

/** 0, 1, 2 … */
export function allRows(rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, i) => i)
}
