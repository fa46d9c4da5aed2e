/**
 * Domain classifier: how well a linear model tells current rows from reference rows, as ROC AUC on rows it has not seen.
 *
 * Sensitive to: shifts of any linear combination of columns; blind to a mere change of variance or of interactions,
 * unless the columns hold squares and products. Kinds: rows of numbers. Range 0 … 1; ½ is "cannot tell", the alarm 0.65;
 * well below ½ is a change of order inside a side. No p-value; by chance alone it scatters by `separationNoise`.
 * Conventions: pooled standardisation (divisor n); penalised logistic regression, C = 1; five folds of consecutive rows
 * inside each side, sizes as stratified folds have them; scores of all folds pooled; AUC by mid-ranks.
 * Source: statistics.md 6.2; golden `domain_classifier`. Example: two columns shifted by 1 σ give 0.73.
 */
import { fitLogistic, type LabelledRows, linearScore } from '@/lib/stats/multivariate/logistic-regression'
import { type Matrix, whyUnusable } from '@/lib/stats/multivariate/matrix'
import { separationAuc } from '@/lib/stats/multivariate/separation'
import { type Standardisation, standardisationOf, standardised } from '@/lib/stats/multivariate/standardise'
import { allRows } from '@/lib/stats/multivariate/weighted-products'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'

export const CLASSIFIER_FOLDS = 5
/** AUC above which rows are told apart well enough to call it drift. */
export const CLASSIFIER_ALARM = 0.65

export interface DomainClassification {
  /** Out-of-fold AUC with the current rows as positive. */
  readonly value: number
  readonly intercept: number
  /** By column, for standardised columns, from a fit on all rows; above 0: larger values look current. */
  readonly weights: Float64Array
}

/** Fold of each row: row i of a side lies in the block that stratified folds of the sorted labels give it. */
function foldsOf(n: number, m: number, folds: number): Uint8Array {
  const fold = new Uint8Array(n + m)
  const assign = (from: number, to: number) => {
    let at = from
    for (let f = 0; f < folds; f++) {
      // Positions p of the sorted labels with p mod folds = f that fall into [from, to).
      const size = Math.ceil((to - f) / folds) - Math.ceil((from - f) / folds)
      fold.fill(f, at, at + size)
      at += size
    }
  }
  assign(0, n)
  assign(n, n + m)
  return fold
}

/** Standardised rows of both sides, each followed by a 1 for the intercept. */
function withOnes(reference: Matrix, current: Matrix, by: Standardisation): Float64Array {
  const { columns } = reference
  const cells = new Float64Array((reference.rows + current.rows) * (columns + 1)).fill(1)
  let at = 0
  for (const side of [standardised(reference, by), standardised(current, by)]) {
    for (let from = 0; from < side.length; from += columns, at += columns + 1) {
      for (let j = 0; j < columns; j++) cells[at + j] = side[from + j]!
    }
  }
  return cells
}

/** Scores of every row by the model that did not see its fold. */
function unseenScores(data: LabelledRows, folds: number, n: number, penalty: number, start: Float64Array) {
  const total = data.labels.length
  const fold = foldsOf(n, total - n, folds)
  const scores = new Float64Array(total)
  for (let f = 0; f < folds; f++) {
    const rows = data.rows.filter((row) => fold[row] !== f)
    const coefficients = fitLogistic({ ...data, rows }, penalty, start)
    for (let row = 0; row < total; row++) {
      if (fold[row] === f) scores[row] = linearScore(data, row, coefficients)
    }
  }
  return scores
}

/** Needs as many rows a side as folds, and one column that varies. */
export function domainClassifier(
  reference: Matrix,
  current: Matrix,
  { folds = CLASSIFIER_FOLDS, penalty = 1 }: { readonly folds?: number; readonly penalty?: number } = {},
): Outcome<DomainClassification> {
  const unusable = whyUnusable(reference, current)
  if (unusable) return undefinedBecause(unusable)
  const [n, m, columns] = [reference.rows, current.rows, reference.columns]
  if (Math.min(n, m) < Math.max(2, folds)) return undefinedBecause('too_few_values')
  const standardisation = standardisationOf(reference, current)
  if (standardisation.constant.every((flag) => flag === 1)) return undefinedBecause('constant')
  const cells = withOnes(reference, current, standardisation)
  const labels = new Uint8Array(n + m).fill(1, n)
  const data: LabelledRows = { cells, columns: columns + 1, labels, rows: allRows(n + m) }
  const coefficients = fitLogistic(data, penalty)
  const scores = unseenScores(data, folds, n, penalty, coefficients)
  return {
    status: 'ok',
    value: separationAuc(scores.subarray(0, n), scores.subarray(n)),
    intercept: coefficients[columns]!,
    weights: coefficients.slice(0, columns),
  }
}

export interface FeatureWeight {
  /** Index of the column. */
  readonly column: number
  /** Above 0: larger values look current. */
  readonly weight: number
  /** Share of the sum of all |weights|. */
  readonly share: number
}

/**
 * The columns that tell the sides apart most, by |weight|; equal weights in the order of columns. Columns that go
 * together share a weight, and the one that stopped following the others may get more than the one that moved.
 */
export function topFeatures(weights: ArrayLike<number>, limit = 5): FeatureWeight[] {
  const total = Array.from(weights).reduce((sum, weight) => sum + Math.abs(weight), 0)
  return Array.from(weights, (weight, column) => ({ column, weight, share: Math.abs(weight) / total }))
    .filter(({ weight }) => weight !== 0)
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight) || a.column - b.column)
    .slice(0, limit)
}
