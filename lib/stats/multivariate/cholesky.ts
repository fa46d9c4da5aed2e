/**
 * Cholesky factor of a symmetric positive definite matrix, A = L Lᵀ, and the two things needed from it.
 *
 * Source: Golub & Van Loan, Matrix Computations, section 4.2.
 */

/** A pivot this small beside its diagonal element is what rounding leaves of 0. */
const SMALLEST_PIVOT = 1e-13

/** @returns L row by row (zeros above the diagonal), or null when A is not positive definite */
export function choleskyFactor(a: Float64Array, size: number): Float64Array | null {
  const factor = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * size + j]!
      for (let k = 0; k < j; k++) sum -= factor[i * size + k]! * factor[j * size + k]!
      if (i !== j) factor[i * size + j] = sum / factor[j * size + j]!
      else if (sum > SMALLEST_PIVOT * a[i * size + i]!) factor[i * size + i] = Math.sqrt(sum)
      else return null
    }
  }
  return factor
}

/** Solves L y = b in place. */
export function solveLower(factor: Float64Array, size: number, b: Float64Array): void {
  for (let i = 0; i < size; i++) {
    let sum = b[i]!
    for (let k = 0; k < i; k++) sum -= factor[i * size + k]! * b[k]!
    b[i] = sum / factor[i * size + i]!
  }
}

/** Solves A x = b in place. */
export function solveCholesky(factor: Float64Array, size: number, b: Float64Array): void {
  solveLower(factor, size, b)
  for (let i = size - 1; i >= 0; i--) {
    let sum = b[i]!
    for (let k = i + 1; k < size; k++) sum -= factor[k * size + i]! * b[k]!
    b[i] = sum / factor[i * size + i]!
  }
}

export interface RidgedFactor {
  readonly factor: Float64Array
  /** What was added to the diagonal to make the matrix positive definite; 0 when nothing had to be. */
  readonly ridge: number
}

/** Share of the mean diagonal element that is added when the plain factor fails. */
const RIDGE = 1e-10

/** The factor of A, or of A + ridge when A is singular; null when the diagonal is all 0. */
export function ridgedFactor(a: Float64Array, size: number): RidgedFactor | null {
  const plain = choleskyFactor(a, size)
  if (plain) return { factor: plain, ridge: 0 }
  let trace = 0
  for (let j = 0; j < size; j++) trace += a[j * size + j]!
  for (let ridge = (RIDGE * trace) / size; ridge > 0 && ridge <= trace; ridge *= 100) {
    const raised = a.slice()
    for (let j = 0; j < size; j++) raised[j * size + j]! += ridge
    const factor = choleskyFactor(raised, size)
    if (factor) return { factor, ridge }
  }
  return null
}
