/**
 * Owns the sample of whole records: the k rows of smallest hash, with the values of the profile's features.
 *
 * Which rows are kept depends on their hashes alone, so a sample merges exactly, in any order, and a record folded twice
 * is one row. Source: bottom-k sampling, Cohen & Kaplan 2007.
 */
import type { ColumnProfile, Profile } from '@/lib/domain/profile'
import type { Scalar } from '@/lib/domain/record'
import { labelOfType } from '@/lib/summary/category-label'

/** Rows kept of a bucket, if nothing else is set. */
export const DEFAULT_SAMPLE_ROWS = 1_000
/** Further features are not sampled: their rows would outweigh all other summaries. */
export const MAX_SAMPLED_COLUMNS = 100

/** One column of a sample, row by row. */
export type RowColumn =
  | {
      readonly kind: 'numbers'
      /** 8 where 4 bytes would lose what the column varies by. */
      readonly width: 4 | 8
      /** NaN where missing. */
      readonly values: Float64Array
    }
  | { readonly kind: 'labels' /** null where missing. */; readonly values: readonly (string | null)[] }

export interface RowsSummary {
  readonly kind: 'rows'
  /** The most rows it may hold; with fewer it holds all there were. */
  readonly capacity: number
  /** Ascending, no two alike. */
  readonly hashes: Float64Array
  /** In the order of `sampledColumns`. */
  readonly columns: readonly RowColumn[]
}

/** Whether a column is a feature whose numbers, or categories, are all known. */
export function isSampled({ role, kind, grid, categories, otherCount }: ColumnProfile): boolean {
  if (role !== 'feature') return false
  return kind === 'numeric'
    ? grid !== null
    : kind === 'categorical' && categories !== null && otherCount === 0
}

/** The columns of a sample: features in the order of the profile, at most 100. */
export function sampledColumns(profile: Profile): ColumnProfile[] {
  return profile.columns.filter(isSampled).slice(0, MAX_SAMPLED_COLUMNS)
}

const LARGEST_FLOAT = 3.4028234663852886e38
/** 4 bytes tell values apart that differ by this part of their size, many times over. */
const FINEST_SPREAD = 1e-4

/** Bytes a number of this column needs: 4, or 8 where its spread is tiny beside its size, or its size huge. */
export function widthOf({ moments }: ColumnProfile): 4 | 8 {
  if (!moments || moments.n === 0) return 8
  const largest = Math.max(Math.abs(moments.min ?? 0), Math.abs(moments.max ?? 0))
  const deviation = Math.sqrt(Math.max(0, moments.m2) / moments.n)
  return largest < 1e30 && deviation >= FINEST_SPREAD * largest ? 4 : 8
}

/** A value as the sample keeps it; NaN for what is no finite number. */
export function sampledNumber(value: Scalar | undefined, width: 4 | 8): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) return Number.NaN
  // Adding 0 turns -0 into 0.
  if (width === 8) return value + 0
  return Math.fround(Math.min(LARGEST_FLOAT, Math.max(-LARGEST_FLOAT, value + 0)))
}

/** A value as a category of this column; null when it is missing. */
export function sampledLabel(value: Scalar | undefined, type: ColumnProfile['type']): string | null {
  if (value === undefined || value === null || value === '') return null
  if (typeof value === 'number' && !Number.isFinite(value)) return null
  return labelOfType(value, type)
}

/** The sample of both together, of the smaller capacity; `a` itself when `b` adds nothing. */
export function mergeRows(a: RowsSummary, b: RowsSummary): RowsSummary {
  if (a.columns.length !== b.columns.length) throw new RangeError('samples of different columns do not merge')
  const capacity = Math.min(a.capacity, b.capacity)
  const picked = pickSmallest(a.hashes, b.hashes, capacity)
  if (capacity === a.capacity && picked.every((at) => at >= 0)) return a
  const hashAt = (at: number) => (at >= 0 ? a.hashes[at] : b.hashes[-1 - at]) ?? 0
  return {
    kind: 'rows',
    capacity,
    hashes: Float64Array.from(picked, hashAt),
    columns: a.columns.map((column, j) => mergeColumn(column, b.columns[j], picked)),
  }
}

/** Whether merging b into a full sample a of the same capacity would change anything. */
export function addsNothing(a: RowsHead, b: RowsHead): boolean {
  if (a.capacity !== b.capacity) return false
  return pickSmallest(a.hashes, b.hashes, a.capacity).every((at) => at >= 0)
}

export type RowsHead = Pick<RowsSummary, 'capacity' | 'hashes'>

/** Positions of the smallest hashes of both, ascending: p for a's row p, -1 - p for b's; a's where both have one. */
function pickSmallest(a: Float64Array, b: Float64Array, capacity: number): Int32Array {
  const picked = new Int32Array(Math.min(capacity, a.length + b.length))
  let count = 0
  for (let i = 0, j = 0; count < capacity && (i < a.length || j < b.length); count++) {
    const left = a[i] ?? Number.POSITIVE_INFINITY
    const right = b[j] ?? Number.POSITIVE_INFINITY
    if (left === right) j++
    picked[count] = left <= right ? i++ : -1 - j++
  }
  return picked.subarray(0, count)
}

function mergeColumn(a: RowColumn, b: RowColumn | undefined, picked: Int32Array): RowColumn {
  if (a.kind === 'numbers' && b?.kind === 'numbers') {
    const values = new Float64Array(picked.length)
    picked.forEach((at, row) => {
      values[row] = (at >= 0 ? a.values[at] : b.values[-1 - at]) ?? Number.NaN
    })
    return { kind: 'numbers', width: a.width, values }
  }
  if (a.kind === 'labels' && b?.kind === 'labels') {
    const values = Array.from(picked, (at) => (at >= 0 ? a.values[at] : b.values[-1 - at]) ?? null)
    return { kind: 'labels', values }
  }
  throw new RangeError('samples of different columns do not merge')
}
