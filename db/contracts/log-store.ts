/**
 * Owns the contract of the append-only logs: prediction records, labels and refused records, kept in one
 * partition per UTC day of arrival. Every method is a whole unit of work. One process appends; any may read.
 */
import type { Label, PredictionRecord, Refusal, RefusalOrigin } from '@/lib/domain/record'
import type { RecordTable } from '@/lib/domain/record-table'

/** Records of one request that share model and version. */
export interface RecordGroup {
  readonly model: string
  readonly version: string
  readonly records: readonly PredictionRecord[]
  /** Position of each record in the request. */
  readonly indexes: readonly number[]
}

export interface LabelGroup {
  readonly model: string
  readonly labels: readonly Label[]
}

/** One request, ready to be made durable. */
export interface AppendBatch {
  readonly receivedMs: number
  /** The sender is told what became of each record: the outcome then names them all. */
  readonly itemised?: boolean
  /** Marked as back-fill by an admin key: never pages. */
  readonly backfill: boolean
  readonly records: readonly RecordGroup[]
  /** JSON of features as it came, by a record's `f`: where it is known, the log keeps it instead of writing it anew. */
  readonly featureTexts?: ReadonlyMap<object, string>
  readonly labels: readonly LabelGroup[]
  /** Refused records, for the quarantine; `model` where it could be read. */
  readonly refusals: readonly (Refusal & { readonly model: string | null })[]
  /**
   * Names this request among retries: an Idempotency-Key (remembered 7 days) or a hash of the body (15 minutes).
   * `scope` keeps the keys of different API keys apart.
   */
  readonly idempotency: {
    readonly kind: 'key' | 'body'
    readonly scope: string
    readonly value: string
    /** 128-bit hash of the raw body as hex: the same key with another body is a mismatch. */
    readonly bodyHash: string
  } | null
}

export type AppendOutcome =
  | {
      readonly kind: 'committed'
      readonly accepted: number
      readonly duplicates: number
      /** Same id, different content: the first one stays. */
      readonly conflicts: number
      /** Request positions of the conflicting records: all of them where the batch is itemised, else at most 20. */
      readonly conflictIndexes: readonly number[]
      /** Request positions of the duplicates where the batch is itemised, else none. */
      readonly duplicateIndexes: readonly number[]
      readonly labelsAccepted: number
    }
  /** The same request was committed before: these were its counts. */
  | {
      readonly kind: 'replayed'
      readonly accepted: number
      readonly duplicates: number
      readonly conflicts: number
      readonly labelsAccepted: number
      readonly refused: number
    }
  | { readonly kind: 'idempotency_mismatch' }

/** Where a reader stands: everything up to and including block `seq` of partition `day` has been read. */
export interface LogPosition {
  readonly day: string
  readonly seq: number
}

/** A committed run of records of one model and version. */
export interface RecordBlock {
  readonly position: LogPosition
  readonly model: string
  readonly version: string
  readonly receivedMs: number
  readonly backfill: boolean
  readonly count: number
  /** Span of the event times, in whole milliseconds. */
  readonly minMs: number
  readonly maxMs: number
  /** Decoded when it is read, and again when it is read again: ask once, and let go soon. */
  readonly records: readonly PredictionRecord[]
  /** The same as a table, much faster; null where they are few, of different shapes, or hold what a table does not. */
  readonly table: RecordTable | null
  /** The first record alone. */
  readonly first: PredictionRecord
}

export interface LabelBlock {
  readonly position: LogPosition
  readonly model: string
  readonly receivedMs: number
  readonly labels: readonly Label[]
}

export interface FoundRecord {
  readonly version: string
  /** Of its block. */
  readonly position: LogPosition
  readonly record: PredictionRecord
}

export interface QuarantinedRecord {
  readonly day: string
  readonly seq: number
  readonly receivedMs: number
  readonly model: string | null
  readonly code: string
  readonly field: string | null
  readonly message: string
  readonly predictionId: string | null
  readonly raw: string
  /** Null for records that were refused before this was kept. */
  readonly origin: RefusalOrigin | null
}

export interface PartitionInfo {
  readonly day: string
  readonly sizeBytes: number
  readonly records: number
  /** Span of event times it holds, or null while empty. */
  readonly minMs: number | null
  readonly maxMs: number | null
}

/** The side of the log that only its one owner uses. */
export interface LogWriter {
  /**
   * Makes one request durable, together with others that arrive within a few milliseconds (group commit),
   * and resolves only after the commit reached the disk. Counts every record exactly once over at least the
   * last 10,000,000 records: by (model, prediction id).
   * @throws AppError `unavailable` (reason `storage_full`, `storage_error` or `closing`); then nothing of the batch is stored.
   */
  append(batch: AppendBatch): Promise<AppendOutcome>
  /** Refused records kept so far on a day, for the quarantine limit. */
  countRefused(day: string): Promise<number>
  /** Deletes whole partitions that are older than `oldestDay`; returns their names. */
  dropPartitionsBefore(oldestDay: string): Promise<string[]>
  /** Why nothing can be appended (a file was moved away or replaced, the disk is full or fails), as a sentence, or null. */
  problem(): string | null
  /** After a failure: tries whether appending works again, so that `problem` ends without waiting for a request. */
  recover(nowMs: number): void
  /** Commits what is queued, refuses what comes later, closes the files. */
  close(): Promise<void>
}

/** The side of the log that anyone may use. */
export interface LogReader {
  /** Blocks after `position` (null: from the oldest partition kept), in commit order, until `maxRecords` is reached. */
  readRecords(position: LogPosition | null, maxRecords: number): Promise<RecordBlock[]>
  /** The same for one version, stopping at `until` (inclusive); used to summarise again under a new profile. */
  readRecordsOf(
    model: string,
    version: string,
    position: LogPosition | null,
    until: LogPosition,
    maxRecords: number,
  ): Promise<RecordBlock[]>
  readLabels(position: LogPosition | null, maxLabels: number): Promise<LabelBlock[]>
  /** The records of a model with these prediction ids; ids that are unknown are absent. Newest partition first. */
  findRecords(model: string, ids: readonly string[]): Promise<Map<string, FoundRecord>>
  /** The newest records of a model (and version), newest first. */
  latestRecords(
    model: string,
    version: string | null,
    limit: number,
  ): Promise<{ version: string; receivedMs: number; record: PredictionRecord }[]>
  /**
   * A few records of a version whose own time lies in the span, those that arrived first. Examples, not all: of a day
   * with very many blocks not all are searched.
   */
  recordsBetween(
    model: string,
    version: string,
    span: { readonly startMs: number; readonly endMs: number },
    limit: number,
  ): Promise<PredictionRecord[]>
  /** Newest first; `before` pages on. */
  listQuarantine(query: {
    model?: string
    code?: string
    limit: number
    before?: { day: string; seq: number }
  }): Promise<QuarantinedRecord[]>
  /** The refused records at these places; those that are gone are absent. */
  findQuarantined(places: readonly { day: string; seq: number }[]): Promise<QuarantinedRecord[]>
  /** Refused counts since `sinceMs`, by model and code, largest first. */
  countQuarantine(
    sinceMs: number,
  ): Promise<{ model: string | null; code: string; count: number; lastMs: number }[]>
  listPartitions(): Promise<PartitionInfo[]>
  /** Position of the newest committed block of records (labels are numbered apart), or null when there is none. */
  head(): Promise<LogPosition | null>
  close(): Promise<void>
}

/** Order of positions: negative when a lies before b. */
export function comparePositions(a: LogPosition, b: LogPosition): number {
  return a.day === b.day ? a.seq - b.seq : a.day < b.day ? -1 : 1
}
