/** Owns what a slice is compared with: its own rows of the reference where the profile keeps enough of them, else its own past. */
import { columnKey } from '@/lib/domain/column'
import { oncePer } from '@/lib/domain/once-per'
import type { ColumnProfile, StoredProfile } from '@/lib/domain/profile'
import type { SliceCondition } from '@/lib/domain/slice'
import { withValues } from '@/lib/monitor/earlier-windows'
import { type SampledColumn, sampleReferenceOf } from '@/lib/monitor/records/sample-reference'
import { type ReferenceColumn, referenceOf } from '@/lib/monitor/reference'
import { booleanLabel } from '@/lib/summary/category-label'
import { createColumnFold } from '@/lib/summary/fold-column'
import { presentOf, rowsOf } from '@/lib/summary/merge'
import { holds } from '@/lib/summary/slice-filter'
import type { ColumnSummary } from '@/lib/summary/types'

/** Fewer rows of the reference say too little of a slice: its own past has more. */
export const MIN_SLICE_ROWS = 200
/** Fewer values of a column are no baseline. */
const MIN_VALUES = 30

/** The reference's rows of a slice. */
export interface SliceRows {
  readonly rows: number
  /** By column key, ready to be compared with. */
  readonly columns: ReadonlyMap<string, ReferenceColumn>
}

const knownOf = oncePer((_stored: StoredProfile) => new Map<string, SliceRows | null>())

/**
 * The slice of the reference's kept rows; null where it cannot be told (a condition on a tag, an output, or a column that is
 * not kept row by row) or has fewer than 200 of them. Made once for each profile object.
 */
export function referenceRowsOf(
  stored: StoredProfile,
  conditions: readonly SliceCondition[],
): SliceRows | null {
  const made = knownOf(stored)
  const key = JSON.stringify(conditions)
  const found = made.get(key)
  if (found !== undefined) return found
  const rows = takeRows(stored, conditions)
  made.set(key, rows)
  return rows
}

function takeRows(stored: StoredProfile, conditions: readonly SliceCondition[]): SliceRows | null {
  const sample = sampleReferenceOf(stored)
  if (!sample) return null
  const tests = conditions.map((condition) => testOf(condition, sample.columns))
  if (tests.includes(null)) return null
  const taken: number[] = []
  for (let row = 0; row < sample.rows; row++) {
    if (tests.every((test) => test?.(row))) taken.push(row)
  }
  if (taken.length < MIN_SLICE_ROWS) return null
  const reference = referenceOf(stored)
  const columns = new Map<string, ReferenceColumn>()
  for (const { key, profile, values } of sample.columns) {
    const fold = createColumnFold(profile)
    for (const row of taken) fold.add(values.values[row] ?? undefined)
    const column = columnOfSlice(
      reference.columns.get(key),
      'the same slice of the reference',
      fold.summary(),
    )
    if (column) columns.set(key, column)
  }
  return { rows: taken.length, columns }
}

/** Whether a row of the sample fulfils a condition; null where the sample cannot tell. */
function testOf(
  condition: SliceCondition,
  columns: readonly SampledColumn[],
): ((row: number) => boolean) | null {
  if (condition.on !== 'feature') return null
  const column = columns.find(({ key }) => key === columnKey({ family: 'input', name: condition.name }))
  if (!column) return null
  const asKept = keptCondition(condition, column)
  return (row) => holds(asKept, column.values.values[row] ?? null)
}

/** The condition in the form in which the sample keeps values: numbers as floats, booleans by one pair of words. */
function keptCondition(condition: SliceCondition, { values, profile }: SampledColumn): SliceCondition {
  const round = (value: number) =>
    values.kind === 'numbers' && values.width === 4 ? Math.fround(value) : value
  if (condition.op === 'range') {
    const [atLeast, below] = [condition.atLeast, condition.below].map((end) =>
      end === null ? null : round(end),
    )
    return { ...condition, atLeast: atLeast ?? null, below: below ?? null }
  }
  if (condition.op === 'missing') return condition
  return {
    ...condition,
    values: condition.values.map((value) => {
      if (profile.type === 'boolean') return booleanLabel(value) ?? value
      return values.kind === 'numbers' && value.trim() !== '' ? String(round(Number(value))) : value
    }),
  }
}

/**
 * A reference column with the values of a slice in place of the profile's, missing ones included.
 * @returns null where there are too few, or the summary is of another kind than the profile's column
 */
export function columnOfSlice(
  column: ReferenceColumn | undefined,
  against: string,
  summary: ColumnSummary,
): ReferenceColumn | null {
  if (!column || presentOf(summary) < MIN_VALUES) return null
  const sliced = withValues(column, against, summary)
  if (!sliced) return null
  const profile: ColumnProfile = { ...sliced.profile, rows: rowsOf(summary), missing: summary.missing }
  return { ...sliced, profile, movesAs: column }
}
