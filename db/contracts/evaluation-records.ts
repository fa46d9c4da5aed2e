/** Owns the contract for evaluations, and for the one commit of judging, alerting and queueing notifications. */
import type { Alert, AlertEvent, MonitorState, Notification } from '@/lib/domain/alert'
import type { ColumnRef } from '@/lib/domain/column'
import type { Evaluation, Verdict } from '@/lib/domain/evaluation'
import type { TimeRange } from '@/lib/domain/time'

export type NewEvaluation = Omit<Evaluation, 'id' | 'revision'>

/** What a judged window changes. Alerts with a negative id are new; events, notifications and `inhibitedBy` refer to them by it. */
export interface WindowVerdict {
  readonly versionId: number
  readonly window: TimeRange
  /** The due entry that this settles: its `dueMs`, so that a window touched again meanwhile stays due. */
  readonly settlesDueMs: number | null
  readonly evaluations: readonly NewEvaluation[]
  readonly states: readonly MonitorState[]
  readonly alerts: readonly Alert[]
  /** Stored alerts as they were read: the commit is refused when a person changed one that it would write. */
  readonly alertsRead?: readonly Alert[]
  readonly events: readonly Omit<AlertEvent, 'id'>[]
  readonly notifications: readonly Omit<Notification, 'id'>[]
}

export interface EvaluationQuery {
  readonly versionIds: readonly number[]
  readonly column?: ColumnRef
  readonly metric?: string
  readonly monitorId?: number
  readonly range: TimeRange
  readonly limit: number
  /** Only rows after this id of the previous page, in (windowStart, id) order. */
  readonly after?: { readonly windowStartMs: number; readonly id: number }
  /** Leave `detail` out (empty object): lists do not need it. */
  readonly withDetail: boolean
  /** Those of slices too; a metric or a column that is named speaks of the whole version. */
  readonly withSlices?: boolean
}

/** An evaluation with what it was about. */
export interface EvaluationRow extends Evaluation {
  readonly metric: string
  readonly column: ColumnRef | null
}

/** Reads for charts: many windows as few cells, so that a page stays cheap however long its range is. */
export interface TraceQuery {
  readonly versionIds: readonly number[]
  readonly metrics: readonly string[]
  /** Only monitors of this column. */
  readonly column?: ColumnRef
  /** Monitors of this slice instead of the whole version's; with `by: 'monitor'`. */
  readonly sliceId?: number
  readonly range: TimeRange
  /** Windows that start in the same cell (counted from the epoch) become one. */
  readonly cellMs: number
  /** `monitor`: a trace for each monitor. `metric`: one trace a metric, over all its columns. */
  readonly by: 'monitor' | 'metric'
  readonly limit: number
}

/** The worst evaluation (largest value / limit, then largest value) of one cell. */
export interface TraceCell {
  readonly versionId: number
  /** Monitor of the worst evaluation. */
  readonly monitorId: number
  readonly metric: string
  readonly column: ColumnRef | null
  readonly windowStartMs: number
  readonly windowEndMs: number
  readonly value: number | null
  readonly limit: number | null
  readonly n: number
  readonly verdict: Verdict
  readonly revision: number
  /** Evaluations in the cell, and how many of them breached (drift, severe, all_missing, type_changed). */
  readonly judged: number
  readonly breached: number
}

/** What a judged window says of labels or events, which come after their records. */
export interface ArrivalRow {
  readonly monitorId: number
  readonly windowStartMs: number
  readonly windowEndMs: number
  readonly verdict: Verdict
  readonly value: number | null
  /** From its end to the last one that changed the value; null where none did, and for history. */
  readonly delayMs: number | null
  readonly historical: boolean
  readonly evaluatedMs: number
}

/** How far a value went, as far as that decides which of several is worse. */
export interface ExcessRow {
  readonly evaluationId: number
  readonly verdict: Verdict
  readonly value: number | null
  readonly limit: number | null
  /** The value as a multiple of its limit, as the judge told it; null where it did not. */
  readonly told: number | null
}

export interface EvaluationRecords {
  /** Newest revision of each window, monitors of the active profile only; in (windowStart, monitor) order. */
  listTraces(query: TraceQuery): Promise<TraceCell[]>
  /**
   * Writes evaluations (a repeated window gets the next revision), monitor states, alerts, their events and the outbox
   * in one transaction, and settles the due windows. Verdicts are written in their order, all or none.
   * `evaluationId` 0 in an alert's member stands for the evaluation of that monitor written with the same verdict.
   * @throws AppError `conflict`, with nothing written, when a person changed an alert of `alertsRead` meanwhile
   */
  commitVerdicts(...verdicts: readonly WindowVerdict[]): Promise<void>
  /**
   * In (windowStart, id) order, newest revision of each window only; of the monitors of each version's active profile,
   * unless one is named by its id.
   */
  listEvaluations(query: EvaluationQuery): Promise<EvaluationRow[]>
  /** Newest revisions of windows that start in the range, monitor by monitor in the order of time. */
  listArrivals(monitorIds: readonly number[], range: TimeRange): Promise<ArrivalRow[]>
  /** What tests gave in windows that start in the range: newest revisions of those that gave a chance, in no order. */
  listPValues(
    monitorIds: readonly number[],
    range: TimeRange,
  ): Promise<{ readonly windowStartMs: number; readonly pValue: number }[]>
  findEvaluation(evaluationId: number): Promise<EvaluationRow | null>
  /** Of those that are stored, in no order. */
  listExcesses(evaluationIds: readonly number[]): Promise<ExcessRow[]>
  /** The newest evaluation of every monitor of these versions' active profiles. */
  latestEvaluations(versionIds: readonly number[]): Promise<EvaluationRow[]>
  /** Earlier revisions of one window of one monitor, oldest first. */
  listRevisions(monitorId: number, windowStartMs: number): Promise<Evaluation[]>
  listMonitorStates(versionId: number): Promise<MonitorState[]>
  /** Start of the newest window judged for a version, or null. */
  lastEvaluatedWindow(versionId: number): Promise<number | null>
  /** Deletes evaluations of windows that started, and that were judged, before the instant; returns rows deleted. */
  deleteEvaluationsBefore(instantMs: number, maxRows: number): Promise<number>
}
