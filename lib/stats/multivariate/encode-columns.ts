/**
 * Turns columns of mixed values into matrices: missing values filled in, categories as numbers.
 *
 * Missing (and, in numeric columns, not finite) becomes the reference's mean, or its most frequent category. Categories
 * become their share of the reference rows, 0 when unseen; or, for a classifier, one column of 0 and 1 for each of up to
 * 50 levels, and beyond that their share of both sides together: by the share of the reference's own rows a classifier
 * would know those, for each of them has been counted (AUC 0.67 for 200 levels and 0.83 for 1,000 where nothing differs).
 * Everything else is learnt from the reference, save the list of levels, which both sides make up.
 * Source: NannyML's documented rule; statistics.md 6.1 and 6.2.
 */
import { type Matrix, matrixOfColumns } from '@/lib/stats/multivariate/matrix'

export type MixedValue = number | string | boolean | null | undefined

export interface MixedColumn {
  readonly kind: 'numeric' | 'categorical'
  readonly reference: readonly MixedValue[]
  readonly current: readonly MixedValue[]
}

export interface EncodedColumns {
  readonly reference: Matrix
  readonly current: Matrix
  /** Where each matrix column comes from; `level` names the category of a 0/1 column. */
  readonly sources: readonly { readonly column: number; readonly level: string | null }[]
}

/** How categories become numbers. */
export type CategoryCode = 'share' | 'levels' | 'pooled'

/** Columns with more levels than this are encoded by share, not level by level. */
export const MOST_LEVELS = 50

interface EncodedColumn {
  readonly level: string | null
  readonly reference: Float64Array
  readonly current: Float64Array
}

const isFiniteNumber = (value: MixedValue): value is number =>
  typeof value === 'number' && Number.isFinite(value)

/** Text of a category; null when it is missing. */
function categoryOf(value: MixedValue): string | null {
  return value === null || value === undefined || Number.isNaN(value) ? null : String(value)
}

function encodeNumeric({ reference, current }: MixedColumn): EncodedColumn[] {
  const present = reference.filter(isFiniteNumber)
  if (present.length === 0) return []
  // Dividing first keeps the sum of huge values finite, save for the last digit.
  const sum = present.reduce((total, value) => total + value / present.length, 0)
  const mean = Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, sum))
  const fill = (side: readonly MixedValue[]) =>
    Float64Array.from(side, (value) => (isFiniteNumber(value) ? value : mean))
  return [{ level: null, reference: fill(reference), current: fill(current) }]
}

/** Most frequent first, equal counts by text. */
function countCategories(values: readonly MixedValue[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const value of values) {
    const category = categoryOf(value)
    if (category !== null) counts.set(category, (counts.get(category) ?? 0) + 1)
  }
  return new Map([...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)))
}

function encodeCategories({ reference, current }: MixedColumn, categories: CategoryCode): EncodedColumn[] {
  const counts = countCategories(reference)
  const [commonest] = counts.keys()
  if (commonest === undefined) return []
  const encode = (level: string | null, code: (category: string) => number): EncodedColumn => {
    const fill = (side: readonly MixedValue[]) =>
      Float64Array.from(side, (value) => code(categoryOf(value) ?? commonest))
    return { level, reference: fill(reference), current: fill(current) }
  }
  const levels = new Set([...counts.keys(), ...countCategories(current).keys()])
  if (categories === 'levels' && levels.size <= MOST_LEVELS) {
    return [...levels].sort().map((level) => encode(level, (category) => (category === level ? 1 : 0)))
  }
  const counted = categories === 'share' ? counts : countCategories([...reference, ...current])
  const present = [...counted.values()].reduce((sum, count) => sum + count, 0)
  return [encode(null, (category) => (counted.get(category) ?? 0) / present)]
}

/**
 * @param columns all of the same lengths; one without any value in the reference is left out
 * @param categories `share` for PCA, `levels` for the domain classifier, or `pooled` where those would be too many columns
 */
export function encodeColumns(columns: readonly MixedColumn[], categories: CategoryCode): EncodedColumns {
  const encoded = columns.flatMap((column, index) =>
    (column.kind === 'numeric' ? encodeNumeric(column) : encodeCategories(column, categories)).map(
      (part) => ({ ...part, column: index }),
    ),
  )
  return {
    reference: matrixOfColumns(encoded.map((part) => part.reference)),
    current: matrixOfColumns(encoded.map((part) => part.current)),
    sources: encoded.map(({ column, level }) => ({ column, level })),
  }
}
