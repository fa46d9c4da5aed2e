/** Owns the nouns reference profile and expectation. The builder lives in `lib/profile`. */
import type { ColumnKind, ColumnRole, Family, ValueType } from '@/lib/domain/column'
import type { NullTable } from '@/lib/stats/null-table/null-table'

/** Raised when the stored shape changes; older shapes are migrated when read, newer ones are refused. */
export const PROFILE_SCHEMA_VERSION = 1

/** One constraint on a column. */
export type Expectation =
  | {
      readonly kind: 'presence' /** Largest share of missing values that is fine, 0 … 1. */
      readonly maxMissing: number
    }
  | { readonly kind: 'type'; readonly type: ValueType }
  | { readonly kind: 'range'; readonly min: number; readonly max: number }
  | { readonly kind: 'positive' /** true: zero is fine too. */; readonly zeroAllowed: boolean }
  | { readonly kind: 'set'; readonly values: readonly string[] }
  | { readonly kind: 'length'; readonly min: number; readonly max: number }

/** Count, mean and central moments; see `lib/stats/sketches/moments.ts`. Fields are null when n is 0. */
export interface MomentsJson {
  readonly n: number
  readonly mean: number
  readonly m2: number
  readonly m3: number
  readonly m4: number
  readonly min: number | null
  readonly max: number | null
}

/**
 * Reference-grid histogram (statistics.md section 15). With E edges there are cells, in order:
 * below the first edge; for each edge a point cell if `heavy`, and the interval to the next edge; above the last.
 * `counts` has one entry a cell. `sums[j]` is the plain sum of the values in cell j.
 */
export interface GridJson {
  readonly edges: readonly number[]
  /** Indexes into `edges` that have a point cell. The last edge always has one. */
  readonly heavy: readonly number[]
  readonly counts: readonly number[]
  readonly sums: readonly number[]
}

export interface CategoryCount {
  readonly label: string
  readonly count: number
}

/** The reference of one column. */
export interface ColumnProfile {
  readonly family: Family
  readonly name: string
  /** Name in the reference file, where it is another: `y_pred` of output `prediction`. */
  readonly sourceName?: string
  readonly role: ColumnRole
  readonly type: ValueType
  readonly kind: ColumnKind
  /** Rows seen, missing ones included. */
  readonly rows: number
  readonly missing: number
  /** Estimate (HyperLogLog) of the number of different values; exact up to 1,000. */
  readonly distinct: number
  /** Numeric columns. */
  readonly moments: MomentsJson | null
  /** Value at 0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1; numeric columns. */
  readonly quantiles: Readonly<Record<string, number>> | null
  readonly grid: GridJson | null
  /** Categorical columns (and booleans, as `true`/`false`): by count, then by label; at most 1,000. */
  readonly categories: readonly CategoryCount[] | null
  /** Rows whose category is not in `categories`. */
  readonly otherCount: number
  /** Lengths in characters; string columns. */
  readonly lengths: MomentsJson | null
  readonly expectations: readonly Expectation[]
  /** Limits by chance, drawn from this reference, of methods without an exact closed form; absent in older profiles, and where none needs it. */
  readonly nullTable?: NullTable
  /** How much the output depends on this feature, 0 or more; only the proportions between features mean anything. */
  readonly importance?: number
}

/** What kind of prediction the model makes. */
export type Problem = 'binary' | 'multiclass' | 'regression'

/** Realised quality on the reference rows, where they carry labels. */
export interface ReferenceQuality {
  readonly n: number
  readonly metrics: Readonly<Record<string, number | null>>
}

/** Key of the quality summary among a chunk's summaries, where the reference carries labels; no column has it. */
export const CHUNK_QUALITY = 'quality'

/**
 * Summaries of consecutive chunks of the reference (only where it has timestamps): they tell how much
 * the reference moved by itself. `summaries` maps a column key to base64 of the bucket-summary codec.
 */
export interface ReferenceChunk {
  readonly startMs: number
  readonly endMs: number
  readonly rows: number
  readonly summaries: Readonly<Record<string, string>>
}

/** Rows of the reference drawn at random, for the methods that look at whole records. */
export interface ReferenceSample {
  /** At most 1,000. */
  readonly rows: number
  /** Keys of the columns, in the order of the encoded ones. */
  readonly columns: readonly string[]
  /** Base64 of the bucket-summary codec, kind `rows`. */
  readonly encoded: string
  /** When each row was, in the order of the rows, null where it is unknown; null for a reference without times. */
  readonly instants: readonly (number | null)[] | null
}

/** A whole reference profile: input, output and software parts are told apart by each column's family. */
export interface Profile {
  readonly schemaVersion: typeof PROFILE_SCHEMA_VERSION
  readonly source: { readonly kind: 'file' | 'records'; readonly name: string; readonly format: string }
  readonly createdMs: number
  readonly rows: number
  readonly timeSpan: { readonly startMs: number; readonly endMs: number } | null
  readonly problem: Problem | null
  /** Class labels as text, sorted; classification only. */
  readonly classes: readonly string[]
  /** The class that `score` speaks of; binary only. */
  readonly positiveClass: string | null
  readonly columns: readonly ColumnProfile[]
  /** Where the importances of the columns come from; absent where none has one. */
  readonly importances?: 'given' | 'estimated'
  readonly quality: ReferenceQuality | null
  readonly chunks: readonly ReferenceChunk[]
  /** Absent in profiles made before there were samples, and where no feature can be sampled. */
  readonly sample?: ReferenceSample
  /** Things a person should look at before activating: leakage, constant columns, refused rows. */
  readonly warnings: readonly string[]
}

export type ProfileStatus = 'draft' | 'active' | 'superseded'

/** A profile as stored: immutable once active. */
export interface StoredProfile {
  readonly id: number
  readonly versionId: number
  /** 1, 2, 3 … within the version. */
  readonly revision: number
  readonly status: ProfileStatus
  readonly createdMs: number
  readonly activatedMs: number | null
  readonly profile: Profile
}

/** Which reference column plays which part. Columns not named are inferred. */
export interface ColumnMapping {
  readonly features?: readonly string[]
  readonly prediction?: string
  readonly score?: string
  readonly label?: string
  readonly timestamp?: string
  readonly id?: string
  readonly latency?: string
  readonly ignored?: readonly string[]
  readonly problem?: Problem
  readonly positiveClass?: string
  /** How much the model uses each feature, as its training told: any scale, 0 or more. */
  readonly importance?: Readonly<Record<string, number>>
}

/** Most chunks of time that a reference is cut into: four weeks of hours. */
export const MAX_CHUNKS = 700
