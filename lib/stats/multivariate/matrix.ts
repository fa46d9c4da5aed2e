/** Owns rows × columns of numbers as one flat array, and why some cannot be worked with. Knows no statistic. */
import type { UndefinedReason } from '@/lib/stats/outcome'

export interface Matrix {
  readonly rows: number
  readonly columns: number
  /** Row by row: cell (i, j) is at i · columns + j. */
  readonly cells: Float64Array
}

/** A matrix of listed rows. What is no number, and what a row lacks or has too many of, becomes NaN and is refused later. */
export function matrixOfRows(rows: readonly ArrayLike<unknown>[]): Matrix {
  const columns = rows[0]?.length ?? 0
  const cells = new Float64Array(rows.length * columns)
  rows.forEach((row, i) => {
    for (let j = 0; j < columns; j++) {
      const value = row.length === columns ? row[j] : undefined
      cells[i * columns + j] = typeof value === 'number' ? value : Number.NaN
    }
  })
  return { rows: rows.length, columns, cells }
}

/** A matrix of columns of equal length; what a shorter one lacks becomes NaN and is refused later. */
export function matrixOfColumns(columns: readonly ArrayLike<number>[]): Matrix {
  const width = columns.length
  const rows = columns.reduce((most, column) => Math.max(most, column.length), 0)
  const cells = new Float64Array(rows * width)
  columns.forEach((column, j) => {
    for (let i = 0; i < rows; i++) cells[i * width + j] = column[i] ?? Number.NaN
  })
  return { rows, columns: width, cells }
}

/** Why these matrices cannot be compared: another number of columns, or a cell that is no finite number. */
export function whyUnusable(...matrices: readonly Matrix[]): UndefinedReason | null {
  const columns = matrices[0]?.columns ?? 0
  for (const matrix of matrices) {
    if (matrix.columns !== columns) return 'length_mismatch'
    if (matrix.cells.length !== matrix.rows * matrix.columns) return 'length_mismatch'
    for (let at = 0; at < matrix.cells.length; at++) {
      if (!Number.isFinite(matrix.cells[at])) return 'invalid_value'
    }
  }
  return columns === 0 ? 'too_few_values' : null
}
