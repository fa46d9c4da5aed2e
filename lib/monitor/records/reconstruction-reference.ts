/**
 * Owns the main directions of the reference's rows, and how badly they describe rows that they were not learnt from.
 *
 * The usual error is measured on each fifth of the rows by the directions of the other four: rows describe themselves
 * better than others ever will.
 */

import { firstRows, mixedColumns, ownRows } from '@/lib/monitor/records/comparable-rows'
import { computedOnce, type SampleReference } from '@/lib/monitor/records/sample-reference'
import { type EncodedColumns, encodeColumns } from '@/lib/stats/multivariate/encode-columns'
import {
  fitPca,
  type PcaModel,
  type Reconstruction,
  reconstruct,
} from '@/lib/stats/multivariate/pca-reconstruction'

const FOLDS = 5
/** No share of the variance is greater: every direction is kept. */
const ALL_DIRECTIONS = 1

export interface ReconstructionReference {
  readonly model: PcaModel
  /** Error of every row by directions that did not see it, in the order of the sample. */
  readonly rowErrors: Float64Array
  readonly mean: number
  /** Standard deviation of a row's error. */
  readonly deviation: number
  /** Mean squared residual of each column. */
  readonly columnSquares: readonly number[]
}

/** As many directions as the whole has: near the border between two numbers each part would choose its own. */
function firstOf(model: PcaModel, components: number): PcaModel {
  return {
    ...model,
    components,
    axes: model.axes.slice(0, components * model.columns),
    explainedRatio: model.explainedRatio.slice(0, components),
  }
}

/** Mean squared residual of each column. */
export function meanSquares({ rowErrors, columnShares }: Reconstruction): number[] {
  const squares = rowErrors.reduce((sum, error) => sum + error * error, 0) / rowErrors.length
  return Array.from(columnShares, (share) => share * squares)
}

/** @returns null when the columns do not vary enough to have directions */
export function reconstructionReference(
  sample: SampleReference,
  columns: readonly number[],
): ReconstructionReference | null {
  return computedOnce(sample, `reconstruction ${columns.join()}`, () => learn(sample, columns))
}

function learn(sample: SampleReference, columns: readonly number[]): ReconstructionReference | null {
  const all = firstRows(sample.rows)
  const whole = matrixOf(sample, columns, all, all)
  const fitted = fitPca(whole.current)
  if (fitted.status !== 'ok') return null
  const rowErrors = new Float64Array(sample.rows)
  const columnSquares = columns.map(() => 0)
  for (let fold = 0; fold < FOLDS; fold++) {
    const others = all.filter((row) => row % FOLDS !== fold)
    const own = all.filter((row) => row % FOLDS === fold)
    const split = matrixOf(sample, columns, others, own)
    const part = fitPca(split.reference, ALL_DIRECTIONS)
    const left =
      part.status === 'ok' ? reconstruct(firstOf(part.model, fitted.model.components), split.current) : part
    if (left.status !== 'ok') return null
    own.forEach((row, i) => {
      rowErrors[row] = left.rowErrors[i] ?? 0
    })
    // A column without a value in four fifths of the rows has no place among the directions.
    if (split.sources.length !== columns.length) return null
    meanSquares(left).forEach((square, j) => {
      columnSquares[j] = (columnSquares[j] ?? 0) + (square * own.length) / sample.rows
    })
  }
  const mean = rowErrors.reduce((sum, error) => sum + error, 0) / sample.rows
  const squared = rowErrors.reduce((sum, error) => sum + (error - mean) ** 2, 0)
  return {
    model: fitted.model,
    rowErrors,
    mean,
    deviation: Math.sqrt(squared / Math.max(1, sample.rows - 1)),
    columnSquares,
  }
}

function matrixOf(
  sample: SampleReference,
  columns: readonly number[],
  reference: readonly number[],
  current: readonly number[],
): EncodedColumns {
  return encodeColumns(mixedColumns(sample, ownRows(sample), { columns, reference, current }), 'share')
}
