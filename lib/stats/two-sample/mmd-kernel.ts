/**
 * Owns the Gaussian kernel matrix of pooled rows and its width; it must not know which test is made of it.
 * Source: Gretton et al. 2012 (median heuristic); statistics.md 3.10.
 */
import type { Matrix } from '@/lib/stats/multivariate/matrix'
import { roundHalfEven } from '@/lib/stats/special/kolmogorov'

/** The width where the median distance inside the reference is 0. */
const SIGMA_OF_EQUAL_ROWS = Math.SQRT1_2
/** Outside these, squares leave the range of doubles. */
const SMALLEST_UNIT = 1e-100
const LARGEST_UNIT = 1e100

export interface PooledKernel {
  /** Width in the unit of the columns. */
  readonly sigma: number
  /** Rows of the reference, then of the current sample; the diagonal is 0. */
  readonly cells: Float64Array
}

/** All rows after each other, relative to the first one: differences then keep their digits at any offset. */
function pooledRows(
  reference: Matrix,
  current: Matrix,
): { readonly cells: Float64Array; readonly unit: number } {
  const cells = new Float64Array(reference.cells.length + current.cells.length)
  cells.set(reference.cells)
  cells.set(current.cells, reference.cells.length)
  const largest = cells.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const unit = largest === 0 || (largest >= SMALLEST_UNIT && largest <= LARGEST_UNIT) ? 1 : largest
  if (unit !== 1) for (let i = 0; i < cells.length; i++) cells[i]! /= unit
  const first = cells.slice(0, reference.columns)
  for (let i = 0; i < cells.length; i++) cells[i]! -= first[i % reference.columns]!
  return { cells, unit }
}

/** Squared distances of all pairs of rows, both triangles. */
function squaredDistances(cells: Float64Array, columns: number): Float64Array {
  const rows = cells.length / columns
  const distances = new Float64Array(rows * rows)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) {
      let sum = 0
      for (let k = 0; k < columns; k++) {
        const gap = cells[i * columns + k]! - cells[j * columns + k]!
        sum += gap * gap
      }
      distances[i * rows + j] = sum
      distances[j * rows + i] = sum
    }
  }
  return distances
}

/** Median of the n² squared distances inside the reference, zero diagonal included, by nearest rank. */
function medianInside(distances: Float64Array, n: number, rows: number): number {
  const place = roundHalfEven((n * n - 1) / 2)
  if (place < n) return 0
  const pairs = new Float64Array((n * (n - 1)) / 2)
  for (let i = 1, at = 0; i < n; i++) {
    for (let j = 0; j < i; j++) pairs[at++] = distances[i * rows + j]!
  }
  pairs.sort()
  // The sorted list is n zeros and then each pair twice.
  return pairs[Math.floor((place - n) / 2)]!
}

/** exp(-‖a-b‖²/(2σ²)) with σ² half the median squared distance inside the reference. Both have the same columns. */
export function pooledKernel(reference: Matrix, current: Matrix): PooledKernel {
  const { cells, unit } = pooledRows(reference, current)
  const rows = reference.rows + current.rows
  const distances = squaredDistances(cells, reference.columns)
  const median = medianInside(distances, reference.rows, rows)
  const sigma = median > 0 ? Math.sqrt(median / 2) : SIGMA_OF_EQUAL_ROWS / unit
  for (let at = 0; at < distances.length; at++) {
    const distance = distances[at]!
    distances[at] = distance === 0 ? 1 : Math.exp(-distance / (2 * sigma * sigma))
  }
  for (let i = 0; i < rows; i++) distances[i * rows + i] = 0
  return { sigma: Math.min(Number.MAX_VALUE, sigma * unit), cells: distances }
}
