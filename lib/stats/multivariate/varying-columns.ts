/** Owns leaving out columns that say nothing because they have one value only. */
import type { Matrix } from '@/lib/stats/multivariate/matrix'

/** @param constant 1 for each column to leave out */
export function varyingColumns(matrix: Matrix, constant: Uint8Array): Matrix {
  const kept = Array.from(constant.keys()).filter((j) => constant[j] === 0)
  if (kept.length === matrix.columns) return matrix
  const cells = new Float64Array(matrix.rows * kept.length)
  for (let i = 0, at = 0; i < matrix.rows; i++) {
    for (const j of kept) cells[at++] = matrix.cells[i * matrix.columns + j]!
  }
  return { rows: matrix.rows, columns: kept.length, cells }
}
