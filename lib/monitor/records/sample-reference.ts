/** Owns the reference's own rows as the methods for whole records use them: decoded once per profile object. */
import { columnKey } from '@/lib/domain/column'
import { oncePer } from '@/lib/domain/once-per'
import type { ColumnProfile, StoredProfile } from '@/lib/domain/profile'
import { decodeSummary } from '@/lib/summary/codec'
import { type RowColumn, type RowsSummary, sampledColumns } from '@/lib/summary/rows'

export interface SampledColumn {
  readonly key: string
  readonly profile: ColumnProfile
  readonly values: RowColumn
}

export interface SampleReference {
  readonly rows: number
  /** In the order of the samples of windows. */
  readonly columns: readonly SampledColumn[]
  /** By row; null without times. */
  readonly instants: readonly (number | null)[] | null
  /** What was computed from these rows, by what it is and of which columns; filled when first asked for. */
  readonly computed: Map<string, unknown>
}

/** Fewer rows are no reference for many columns at once. */
export const MIN_REFERENCE_ROWS = 50
/** Whole records are compared from this many columns on. */
export const MIN_COLUMNS = 2

/** The sample of a profile; null where it has none that fits its columns. */
export const sampleReferenceOf = oncePer(decode)

function decode({ profile }: StoredProfile): SampleReference | null {
  const { sample } = profile
  if (!sample) return null
  const rows = decodeRows(sample.encoded)
  const profiles = sampledColumns(profile)
  const keys = profiles.map(columnKey)
  if (!rows || rows.hashes.length < MIN_REFERENCE_ROWS) return null
  if (keys.length !== rows.columns.length || keys.some((key, j) => key !== sample.columns[j])) return null
  const columns = profiles.flatMap((column, j) => {
    const values = rows.columns[j]
    return values ? [{ key: columnKey(column), profile: column, values }] : []
  })
  const { instants } = sample
  return {
    rows: rows.hashes.length,
    columns,
    instants: instants?.length === rows.hashes.length ? instants : null,
    computed: new Map(),
  }
}

/** A profile may come from anywhere: what cannot be read is no sample, and stops nothing else. */
function decodeRows(encoded: string): RowsSummary | null {
  try {
    const summary = decodeSummary(Buffer.from(encoded, 'base64'))
    return summary.kind === 'rows' ? summary : null
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** Whether a profile can have whole records judged: enough rows, and two columns that vary. */
export function canCompareRecords(stored: StoredProfile): boolean {
  const sample = sampleReferenceOf(stored)
  return sample !== null && sample.columns.filter(isVaried).length >= MIN_COLUMNS
}

/** Whether the reference's rows have more than one value of a column. */
export function isVaried({ values }: SampledColumn): boolean {
  const present: readonly (number | string | null)[] | Float64Array = values.values
  let first: number | string | undefined
  for (const value of present) {
    if (value === null || Number.isNaN(value)) continue
    if (first === undefined) first = value
    else if (value !== first) return true
  }
  return false
}

/** A value made once for these rows. */
export function computedOnce<T>(sample: SampleReference, key: string, make: () => T): T {
  const { computed } = sample
  if (!computed.has(key)) computed.set(key, make())
  // What stands under a key was put there by the only caller that uses it.
  return computed.get(key) as T
}
