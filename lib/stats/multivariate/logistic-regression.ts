/**
 * Logistic regression with a squared penalty: minimises ½‖w‖² + C Σ log(1 + e^(-sᵢfᵢ)), the intercept free.
 *
 * Newton's method (iteratively reweighted least squares), halving steps that do not descend, to a gradient norm below
 * 1e-8; deterministic. The objective is strictly convex in w, so there is one answer.
 * Source: Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, section 4.4; statistics.md 6.2.
 */
import { ridgedFactor, solveCholesky } from '@/lib/stats/multivariate/cholesky'

const GRADIENT_TOLERANCE = 1e-8
const MOST_STEPS = 100
const MOST_HALVINGS = 40
/** Near the minimum the objective cannot tell smaller steps apart. */
const OBJECTIVE_ROUNDING = 1e-13

export interface LabelledRows {
  /** Standardised cells, row by row. */
  readonly cells: Float64Array
  readonly columns: number
  /** 0 or 1 for every row. */
  readonly labels: Uint8Array
  /** Which rows to learn from; both labels must be among them. */
  readonly rows: Int32Array
}

/** Weight of every column, then the intercept. */
export type Coefficients = Float64Array

/** w · x + intercept for one row. */
export function linearScore(data: LabelledRows, row: number, coefficients: Coefficients): number {
  const { cells, columns } = data
  let score = coefficients[columns]!
  for (let j = 0, at = row * columns; j < columns; j++, at++) score += coefficients[j]! * cells[at]!
  return score
}

function objective(data: LabelledRows, coefficients: Coefficients, penalty: number): number {
  let loss = 0
  for (let i = 0; i < data.rows.length; i++) {
    const row = data.rows[i]!
    const score = linearScore(data, row, coefficients)
    const margin = data.labels[row] ? score : -score
    loss += Math.log1p(Math.exp(-Math.abs(margin))) - Math.min(0, margin)
  }
  let squares = 0
  for (let j = 0; j < data.columns; j++) squares += coefficients[j]! * coefficients[j]!
  return squares / 2 + penalty * loss
}

/** Fills gradient and Hessian (lower half, then mirrored) at the coefficients. */
function derivatives(
  data: LabelledRows,
  coefficients: Coefficients,
  penalty: number,
  gradient: Float64Array,
  hessian: Float64Array,
): void {
  const { cells, columns, labels } = data
  const size = columns + 1
  hessian.fill(0)
  gradient.fill(0)
  for (let i = 0; i < data.rows.length; i++) {
    const row = data.rows[i]!
    const start = row * columns
    const p = 1 / (1 + Math.exp(-linearScore(data, row, coefficients)))
    const pull = penalty * (p - labels[row]!)
    const weight = penalty * p * (1 - p)
    for (let j = 0; j < columns; j++) {
      const value = cells[start + j]!
      gradient[j]! += pull * value
      const factor = weight * value
      if (factor === 0) continue
      for (let k = 0, at = j * size; k <= j; k++, at++) hessian[at]! += factor * cells[start + k]!
      hessian[columns * size + j]! += factor
    }
    gradient[columns]! += pull
    hessian[columns * size + columns]! += weight
  }
  for (let j = 0; j < columns; j++) {
    gradient[j]! += coefficients[j]!
    hessian[j * size + j]! += 1
  }
  for (let j = 0; j < size; j++) for (let k = 0; k < j; k++) hessian[k * size + j] = hessian[j * size + k]!
}

/**
 * @param penalty C, the weight of the loss against the penalty, above 0
 * @param start where to begin; an earlier answer on nearly the same rows saves steps
 */
export function fitLogistic(data: LabelledRows, penalty: number, start?: Coefficients): Coefficients {
  const size = data.columns + 1
  let at: Float64Array = start ? start.slice() : new Float64Array(size)
  let value = objective(data, at, penalty)
  const [gradient, hessian] = [new Float64Array(size), new Float64Array(size * size)]
  for (let step = 0; step < MOST_STEPS; step++) {
    derivatives(data, at, penalty, gradient, hessian)
    if (Math.hypot(...gradient) < GRADIENT_TOLERANCE) break
    const solved = ridgedFactor(hessian, size)
    if (!solved) break
    solveCholesky(solved.factor, size, gradient)
    const next = descend(data, penalty, at, value, gradient)
    if (!next) break
    at = next.at
    value = next.value
  }
  return at
}

/** The first of the full, half, quarter … steps that does not raise the objective; null when none does. */
function descend(
  data: LabelledRows,
  penalty: number,
  from: Float64Array,
  value: number,
  direction: Float64Array,
): { at: Float64Array; value: number } | null {
  for (let halving = 0, length = 1; halving < MOST_HALVINGS; halving++, length /= 2) {
    const at = from.map((coefficient, j) => coefficient - length * direction[j]!)
    const reached = objective(data, at, penalty)
    if (reached <= value + OBJECTIVE_ROUNDING * Math.abs(value)) return { at, value: reached }
  }
  return null
}
