/**
 * Owns the contract of bucket summaries and stage positions. Summaries and the position they were read up to
 * commit together, so a crash replays and never counts twice. Every method is a whole unit of work.
 */

import type { LogPosition } from '@/db/contracts/log-store'
import type { BucketLevel, TimeRange } from '@/lib/domain/time'

/**
 * Columns of a version have numbers, given by MetadataStore.columnIds. Four numbers are fixed: the traffic of the
 * version (counts, errors, latency …), its quality (labels joined to records), a sample of its records (hours and
 * days only), and the events of its records.
 */
export const TRAFFIC_SERIES = 0
export const QUALITY_SERIES = -1
export const SAMPLE_SERIES = -2
export const EVENTS_SERIES = -3

/** Custom metrics stand under numbers of their own below this, and under no profile. */
const CUSTOM_SERIES = -1_000

/** Number of the column of a custom metric. @param seriesId the revision that began the series */
export function customSeries(seriesId: number): number {
  return CUSTOM_SERIES - seriesId
}

/** Grid under which a column was summarised: the profile's id, or 0 before there was one. */
export const NO_PROFILE = 0

/**
 * Stands for the profile where summaries belong to no records: samples of what the service uses, as traffic of no records.
 * Their buckets are no sign that there was data, so `listStarts` passes them over.
 */
export const NO_RECORDS = -1

/** No version has a larger number. */
const MAX_VERSIONS = 2 ** 24

/**
 * Stands for the version where summaries belong to one of its slices: the same columns, profiles, levels and starts under a
 * number of its own. So nothing about a version's summaries changes when it has slices, and their place costs nothing
 * where there are none. A slice that is changed is another slice.
 */
export function sliceSeries(sliceId: number, versionId: number): number {
  return sliceId * MAX_VERSIONS + versionId
}

export interface SummaryKey {
  /** Number of a version, or of a slice of it. */
  readonly versionId: number
  readonly profileId: number
  readonly level: BucketLevel
  readonly startMs: number
  readonly columnId: number
}

/** An encoded summary (`lib/summary/codec.ts`) to be merged into what is stored under its key. */
export interface SummaryDelta {
  readonly key: SummaryKey
  readonly bytes: Uint8Array
}

export interface StoredSummary {
  readonly columnId: number
  readonly startMs: number
  readonly bytes: Uint8Array
}

/** A window that must be judged (again) because data in it changed. */
export interface DueWindow {
  readonly versionId: number
  readonly startMs: number
  readonly endMs: number
  /** Not before this instant: window end + allowed lateness. */
  readonly dueMs: number
  /** Only back-filled records so far. */
  readonly backfill: boolean
}

/** Named positions; a stage owns its own. `rebuild` goes by a number that summaries stand under: a version's, or a slice's of it. */
export type StageName = 'records' | 'labels' | `rebuild:${number}` | `metric:${number}:${number}`

/** Joined ground truth of one record: kept so that a corrected label can be taken back exactly. */
export interface JoinedLabel {
  readonly modelId: number
  readonly predictionId: string
  readonly versionId: number
  readonly recordMs: number
  readonly labelMs: number
  /** JSON of the label's value. */
  readonly actual: string
  /** JSON of the prediction's value. */
  readonly predicted: string
  readonly score: number | null
  /** Numbers of the slices whose quality counts it, so that they too can take it back; absent for none. */
  readonly slices?: readonly number[]
}

/** A label whose record is not known yet. */
export interface PendingLabel {
  readonly modelId: number
  readonly predictionId: string
  readonly labelMs: number
  readonly actual: string
  readonly receivedMs: number
}

/** An event whose record is not known yet. */
export interface PendingEvent {
  readonly modelId: number
  readonly predictionId: string
  readonly event: string
  readonly receivedMs: number
}

export interface SeriesCommit {
  readonly stage: StageName
  /**
   * When the newest input of this step arrived. Buckets and joined labels are kept for the retention counted from
   * the later of their own time and this one: a back-fill of old records must not be dropped at the next compaction.
   */
  readonly arrivedMs?: number
  /** What the stage's position was when its input was read; a commit with another value is refused. */
  readonly from: LogPosition | null
  readonly to: LogPosition
  readonly deltas: readonly SummaryDelta[]
  /** Deltas that are taken back (corrected labels). Only quality summaries can be. */
  readonly retractions?: readonly SummaryDelta[]
  readonly dueWindows: readonly DueWindow[]
  readonly joined?: readonly JoinedLabel[]
  readonly pending?: readonly PendingLabel[]
  readonly noLongerPending?: readonly { modelId: number; predictionId: string }[]
  readonly pendingEvents?: readonly PendingEvent[]
  /** Predictions for which no event waits any more. */
  readonly noLongerPendingEvents?: readonly { modelId: number; predictionId: string }[]
  /** Newest and oldest event time and row count seen, by version. */
  readonly seen?: readonly {
    versionId: number
    firstMs: number
    lastMs: number
    receivedMs: number
    records: number
  }[]
}

export interface SeriesStore {
  position(stage: StageName): Promise<LogPosition | null>
  /**
   * Merges all deltas, records due windows and labels, and moves the position, in one transaction.
   * @throws AppError `conflict` when `from` is not the stored position; then nothing changed.
   */
  commit(change: SeriesCommit): Promise<void>
  /** Summaries of a version in a time range at one level, all columns or the named ones, ordered by start, then column. */
  read(query: {
    versionId: number
    profileId: number
    level: BucketLevel
    range: TimeRange
    columnIds?: readonly number[]
  }): Promise<StoredSummary[]>
  /** Distinct bucket starts (of the traffic series) in a range: where there is data at all. */
  listStarts(query: {
    versionId: number
    level: BucketLevel
    range: TimeRange
    limit: number
  }): Promise<number[]>
  /** Windows whose time has come, oldest first. */
  listDue(nowMs: number, limit: number): Promise<DueWindow[]>
  /** When the live window that has waited longest fell due, of those due at an instant; null when none waits. */
  oldestLiveDue(nowMs: number): Promise<number | null>
  /** Marks windows as due again (settings or profile changed, or an empty window ended). */
  addDue(windows: readonly DueWindow[]): Promise<void>
  /**
   * The cost of these two grows with the ids asked for, not with what is stored. (In SQLite: CROSS JOIN from json_each;
   * a plain JOIN scans the model's rows once an id: 8 s for 5,000 ids against 15,000 rows, 0.2 s with CROSS JOIN.)
   */
  findJoined(modelId: number, predictionIds: readonly string[]): Promise<Map<string, JoinedLabel>>
  findPending(modelId: number, predictionIds: readonly string[]): Promise<Map<string, PendingLabel>>
  countPending(modelId: number): Promise<number>
  /** Events that wait for these records; at the cost of the ids asked for. */
  findPendingEvents(modelId: number, predictionIds: readonly string[]): Promise<PendingEvent[]>
  countPendingEvents(modelId: number): Promise<number>
  /** Drops minute, hour and day buckets that ended before these instants, labels and events held too long, in small steps; returns rows deleted. */
  compact(
    limits: { minuteMs: number; hourMs: number; dayMs: number; pendingLabelMs: number },
    maxRows: number,
  ): Promise<number>
  /** Removes every summary of a version under one profile (before it is summarised again). */
  clear(versionId: number, profileId: number): Promise<void>
  /** Bytes of stored summaries and how many, for the bench and the health page. */
  size(): Promise<{ summaries: number; bytes: number }>
}
