/**
 * Logistic regression with a squared penalty: minimises ½‖w‖² + C Σ log(1 + e^(-sᵢfᵢ)), the intercept free.
 *
 * Newton's method (iteratively reweighted least squares), halving steps that do not descend, to a gradient norm below
 * 1e-8; deterministic. The objective is strictly convex in w, so there is one answer.
 * Source: Hastie, Tibshirani & Friedman, The Elements of Statistical Learning, section 4.4; statistics.md 6.2.
 */
import { ridgedFactor, solveCholesky } from '@/lib/stats/multivariate/cholesky'
import { addWeightedProducts } from '@/lib/stats/multivariate/weighted-products'

const GRADIENT_TOLERANCE = 1e-8
const MOST_STEPS = 100
const MOST_HALVINGS = 40
/** Near the minimum the objective cannot tell smaller steps apart. */
const OBJECTIVE_ROUNDING = 1e-13

export interface LabelledRows {
  /** Standardised cells, row by row; the last column is 1 throughout, and its coefficient, the intercept, goes free. */
  readonly cells: Float64Array
  /** With the last one. */
  readonly columns: number
  /** 0 or 1 for every row. */
  readonly labels: Uint8Array
  /** Which rows to learn from; both labels must be among them. */
  readonly rows: Int32Array
}

/** Coefficients · row. */
export function linearScore(
  { cells, columns }: LabelledRows,
  row: number,
  coefficients: Float64Array,
): number {
  let score = 0
  for (let j = 0, at = row * columns; j < columns; j++, at++) score += coefficients[j]! * cells[at]!
  return score
}

/** Where the search stands. */
interface Point {
  readonly coefficients: Float64Array
  /** Score of each of the rows to learn from, in their order. */
  readonly scores: Float64Array
  readonly objective: number
}

function pointAt(data: LabelledRows, coefficients: Float64Array, penalty: number): Point {
  const { rows, labels, columns } = data
  const scores = new Float64Array(rows.length)
  let loss = 0
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    const score = linearScore(data, row, coefficients)
    const margin = labels[row] ? score : -score
    scores[i] = score
    loss += Math.log1p(Math.exp(-Math.abs(margin))) - Math.min(0, margin)
  }
  let squares = 0
  for (let j = 0; j < columns - 1; j++) squares += coefficients[j]! * coefficients[j]!
  return { coefficients, scores, objective: squares / 2 + penalty * loss }
}

/** Gradient at the point; fills `weights` with what each row adds to the Hessian. */
function gradientAt(data: LabelledRows, point: Point, penalty: number, weights: Float64Array): Float64Array {
  const { cells, columns, labels, rows } = data
  const gradient = point.coefficients.slice()
  gradient[columns - 1] = 0
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!
    const p = 1 / (1 + Math.exp(-point.scores[i]!))
    const pull = penalty * (p - labels[row]!)
    weights[i] = penalty * p * (1 - p)
    for (let j = 0, at = row * columns; j < columns; j++, at++) gradient[j]! += pull * cells[at]!
  }
  return gradient
}

/** The Newton step: Hessian⁻¹ · gradient; null when the Hessian cannot be solved. */
function stepFrom(data: LabelledRows, gradient: Float64Array, weights: Float64Array): Float64Array | null {
  const { cells, columns, rows } = data
  const hessian = new Float64Array(columns * columns)
  for (let j = 0; j < columns - 1; j++) hessian[j * columns + j] = 1
  addWeightedProducts(hessian, cells, columns, rows, weights)
  const solved = ridgedFactor(hessian, columns)
  if (!solved) return null
  solveCholesky(solved.factor, columns, gradient)
  return gradient
}

/** The first of the full, half, quarter … steps that does not raise the objective; null when none does. */
function descend(data: LabelledRows, penalty: number, from: Point, step: Float64Array): Point | null {
  const highest = from.objective + OBJECTIVE_ROUNDING * Math.abs(from.objective)
  for (let halving = 0, length = 1; halving < MOST_HALVINGS; halving++, length /= 2) {
    const coefficients = from.coefficients.map((coefficient, j) => coefficient - length * step[j]!)
    const reached = pointAt(data, coefficients, penalty)
    if (reached.objective <= highest) return reached
  }
  return null
}

/**
 * @param penalty C, the weight of the loss against the penalty, above 0
 * @param start where to begin; an earlier answer on nearly the same rows saves steps
 * @returns a coefficient for every column, the intercept last
 */
export function fitLogistic(data: LabelledRows, penalty: number, start?: Float64Array): Float64Array {
  let point = pointAt(data, start ?? new Float64Array(data.columns), penalty)
  const weights = new Float64Array(data.rows.length)
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const gradient = gradientAt(data, point, penalty, weights)
    if (Math.hypot(...gradient) < GRADIENT_TOLERANCE) break
    const step = stepFrom(data, gradient, weights)
    const next = step && descend(data, penalty, point, step)
    if (!next) break
    point = next
  }
  return point.coefficients
}
