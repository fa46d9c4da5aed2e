/**
 * Owns bringing the rows of a window and of the reference into matrices of the same columns.
 *
 * Columns that are broken in a way that has a name are left out: they have monitors of their own. Numbers are cut off one
 * width of the reference's middle 98 % beyond it, so that no single row outweighs all others.
 */

import { findFaults, isAllMissing, isTypeChanged } from '@/lib/monitor/findings'
import type { MeasureInput } from '@/lib/monitor/measurement'
import { isVaried, type SampledColumn, type SampleReference } from '@/lib/monitor/records/sample-reference'
import { type EncodedColumns, encodeColumns, type MixedColumn } from '@/lib/stats/multivariate/encode-columns'
import type { RowColumn, RowsSummary } from '@/lib/summary/rows'

/** Positions of the sample's columns that can be compared in this window. */
export function comparableColumns(
  sample: SampleReference,
  { reference, summaries, alpha }: Pick<MeasureInput, 'reference' | 'summaries' | 'alpha'>,
): number[] {
  return sample.columns.flatMap((sampled, position) => {
    const column = reference.columns.get(sampled.key)
    const summary = summaries.get(sampled.key)
    if (!column || !summary || !isVaried(sampled)) return []
    const isBroken =
      isAllMissing(column, summary, alpha) ||
      isTypeChanged(summary) ||
      findFaults(column, summary, alpha).length > 0
    return isBroken ? [] : [position]
  })
}

/** Where numbers of a column are cut off. */
function bounds({ profile: { quantiles } }: SampledColumn): readonly [number, number] {
  const [low, high] = [quantiles?.['0.01'], quantiles?.['0.99']]
  if (low === undefined || high === undefined || high <= low)
    return [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  return [low - (high - low), high + (high - low)]
}

/** Values of the rows picked, numbers within the bounds, missing ones as they are. */
function valuesOf(
  column: RowColumn | undefined,
  [low, high]: readonly [number, number],
  rows: readonly number[],
): (number | string | null)[] {
  if (!column) return rows.map(() => null)
  if (column.kind === 'labels') return rows.map((row) => column.values[row] ?? null)
  return rows.map((row) => {
    const value = column.values[row] ?? Number.NaN
    return Number.isNaN(value) ? null : Math.min(high, Math.max(low, value))
  })
}

export interface RowChoice {
  readonly columns: readonly number[]
  /** Rows of the reference's sample, and of the other side. */
  readonly reference: readonly number[]
  readonly current: readonly number[]
}

/** Both sides as columns of values; the current side may be the reference's own sample. */
export function mixedColumns(
  sample: SampleReference,
  current: Pick<RowsSummary, 'columns'>,
  choice: RowChoice,
): MixedColumn[] {
  return choice.columns.flatMap((position): MixedColumn[] => {
    const column = sample.columns[position]
    if (!column) return []
    const within = bounds(column)
    return [
      {
        kind: column.values.kind === 'numbers' ? 'numeric' : 'categorical',
        reference: valuesOf(column.values, within, choice.reference),
        current: valuesOf(current.columns[position], within, choice.current),
      },
    ]
  })
}

/** The reference's sample seen as rows of a window. */
export function ownRows(sample: SampleReference): Pick<RowsSummary, 'columns'> {
  return { columns: sample.columns.map(({ values }) => values) }
}

/** Wider matrices cost more than they tell: then categories are encoded by their share of both sides. */
const MOST_WIDE_COLUMNS = 40

/** Categories level by level where that makes few columns. */
export function encodeByLevels(columns: readonly MixedColumn[]): EncodedColumns {
  const encoded = encodeColumns(columns, 'levels')
  return encoded.sources.length <= Math.max(MOST_WIDE_COLUMNS, columns.length)
    ? encoded
    : encodeColumns(columns, 'pooled')
}

/** 0, 1, 2 … below n. */
export function firstRows(n: number): number[] {
  return Array.from({ length: n }, (_, row) => row)
}
