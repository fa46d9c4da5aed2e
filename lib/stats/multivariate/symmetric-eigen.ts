/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations.
 *
 * Every rotation zeroes one pair of elements; sweeps converge quadratically. Meant for up to about 200 columns.
 * Conventions: values descending; each vector of length 1, its largest element positive.
 * Source: Jacobi 1846; Golub & Van Loan, Matrix Computations, section 8.5.
 */

const MOST_SWEEPS = 60
/** Elements this small beside the matrix do not change its eigenvalues in double precision. */
const NEGLIGIBLE = 1e-17

export interface SymmetricEigen {
  /** Descending. */
  readonly values: Float64Array
  /** One eigenvector a row, in the order of the values. */
  readonly vectors: Float64Array
}

function rotateRows(cells: Float64Array, size: number, p: number, q: number, c: number, s: number): void {
  for (let k = 0, atP = p * size, atQ = q * size; k < size; k++, atP++, atQ++) {
    const x = cells[atP]!
    const y = cells[atQ]!
    cells[atP] = c * x - s * y
    cells[atQ] = s * x + c * y
  }
}

/** The same rotation from both sides of a symmetric matrix; `element` is the one at (p, q), which becomes 0. */
function rotateBothSides(
  a: Float64Array,
  size: number,
  p: number,
  q: number,
  t: number,
  element: number,
): void {
  const c = 1 / Math.sqrt(t * t + 1)
  const s = t * c
  for (let k = 0, atP = p * size, atQ = q * size, at = 0; k < size; k++, atP++, atQ++, at += size) {
    if (k === p || k === q) continue
    const x = a[atP]!
    const y = a[atQ]!
    const turnedX = c * x - s * y
    const turnedY = s * x + c * y
    a[atP] = turnedX
    a[atQ] = turnedY
    a[at + p] = turnedX
    a[at + q] = turnedY
  }
  a[p * size + p]! -= t * element
  a[q * size + q]! += t * element
  a[p * size + q] = 0
  a[q * size + p] = 0
}

/** One pass over all pairs; false when nothing was left to rotate. */
function sweep(a: Float64Array, vectors: Float64Array, size: number, negligible: number): boolean {
  let rotated = false
  for (let p = 0; p < size - 1; p++) {
    for (let q = p + 1; q < size; q++) {
      const element = a[p * size + q]!
      if (Math.abs(element) <= negligible) continue
      rotated = true
      const theta = (a[q * size + q]! - a[p * size + p]!) / (2 * element)
      const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
      const c = 1 / Math.sqrt(t * t + 1)
      rotateBothSides(a, size, p, q, t, element)
      rotateRows(vectors, size, p, q, c, t * c)
    }
  }
  return rotated
}

function signOfLargest(vector: Float64Array): number {
  let largest = 0
  for (const element of vector) if (Math.abs(element) > Math.abs(largest)) largest = element
  return largest < 0 ? -1 : 1
}

/** @param matrix symmetric, finite, row by row; left alone */
export function symmetricEigen(matrix: Float64Array, size: number): SymmetricEigen {
  const a = matrix.slice()
  const rotated = new Float64Array(size * size)
  let squares = 0
  for (let j = 0; j < size; j++) rotated[j * size + j] = 1
  for (const element of a) squares += element * element
  const negligible = NEGLIGIBLE * Math.sqrt(squares)
  for (let sweeps = 0; sweeps < MOST_SWEEPS && sweep(a, rotated, size, negligible); sweeps++);
  const order = Array.from({ length: size }, (_, j) => j)
  order.sort((i, j) => a[j * size + j]! - a[i * size + i]! || i - j)
  const values = Float64Array.from(order, (j) => a[j * size + j]!)
  const vectors = new Float64Array(size * size)
  order.forEach((j, rank) => {
    const vector = rotated.subarray(j * size, (j + 1) * size)
    const sign = signOfLargest(vector)
    for (let k = 0; k < size; k++) vectors[rank * size + k] = sign * vector[k]!
  })
  return { values, vectors }
}
