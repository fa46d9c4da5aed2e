/** Owns what both measures of whole records begin with: the rows, the columns that can be compared, whether there are enough. */
import { HOUR_MS, nominalWindowMs } from '@/lib/domain/time'
import { type MeasuredState, type MeasureInput, stateOf } from '@/lib/monitor/measurement'
import { comparableColumns } from '@/lib/monitor/records/comparable-rows'
import { MIN_COLUMNS, type SampleReference, sampleReferenceOf } from '@/lib/monitor/records/sample-reference'
import { sayRecords } from '@/lib/monitor/words'
import type { RowsSummary } from '@/lib/summary/rows'

/** Fewer records are no picture of how columns go together. */
export const MIN_ROWS = 50
/** Columns that are named and listed. */
export const MAX_NAMED = 5

export interface ComparableRecords {
  readonly sample: SampleReference
  readonly rows: RowsSummary
  /** Rows of the window's sample. */
  readonly n: number
  readonly columns: readonly number[]
}

/** A column's part in what a measure saw. */
export interface Contribution {
  readonly name: string
  /** 0 … 1. */
  readonly share: number
}

/**
 * @returns a state where nothing can be compared, null where nothing was sampled: windows below an hour, or by setting
 */
export function comparableRecords(input: MeasureInput): ComparableRecords | MeasuredState | null {
  const sample = sampleReferenceOf(input.profile)
  if (!sample || nominalWindowMs(input.cadence) < HOUR_MS) return null
  const { rows, traffic } = input
  const nReference = sample.rows
  if (!traffic || traffic.records === 0)
    return stateOf('no_data', 'No records arrived in this window.', { nReference })
  if (!rows || rows.columns.length !== sample.columns.length) return null
  const n = rows.hashes.length
  if (n < MIN_ROWS) {
    const reason = `Too little data to look at records as a whole: ${n} of ${sayRecords(MIN_ROWS)} needed.`
    return stateOf('not_enough_data', reason, { n, nReference, detail: { neededN: MIN_ROWS } })
  }
  const columns = comparableColumns(sample, input)
  if (columns.length < MIN_COLUMNS) {
    const reason = 'Fewer than two inputs are whole enough in this window to be looked at together.'
    return stateOf('not_enough_data', reason, { n, nReference })
  }
  return { sample, rows, n, columns }
}

/** Largest first; what has no part is left out. */
export function rankContributions(parts: readonly { name: string; part: number }[]): Contribution[] {
  const total = parts.reduce((sum, { part }) => sum + Math.max(0, part), 0)
  return parts
    .filter(({ part }) => part > 0)
    .map(({ name, part }) => ({ name, share: part / total }))
    .sort((a, b) => b.share - a.share)
    .slice(0, MAX_NAMED)
}

/** `income`, `income and age`: the largest, and another that is nearly as large. */
export function sayContributions(contributions: readonly Contribution[]): string {
  const [first, second] = contributions
  if (!first) return 'no single input'
  return second && second.share >= first.share / 2 ? `${first.name} and ${second.name}` : first.name
}
