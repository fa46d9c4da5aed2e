/** Owns what goes into and comes out of `advanceAlerts`; knows nothing of stores. */
import type { Alert, AlertEvent, MonitorState, NotificationType } from '@/lib/domain/alert'
import type { Evaluation } from '@/lib/domain/evaluation'
import type { Model, Version } from '@/lib/domain/model'
import type { Monitor } from '@/lib/domain/monitor'
import type { TimeRange } from '@/lib/domain/time'

/** An alert resolved less than this long ago is reopened instead of followed by a new one. */
export const REOPEN_WITHIN_MS = 24 * 3_600_000

/** An evaluation that is not stored yet. */
export type JudgedMonitor = Omit<Evaluation, 'id' | 'revision'>

export interface AdvanceInput {
  readonly nowMs: number
  readonly model: Model
  readonly version: Version
  readonly window: TimeRange
  /** Evaluated and kept, but nobody is told. */
  readonly historical: boolean
  /** Monitors of the version's active profile, disabled ones included. */
  readonly monitors: readonly Monitor[]
  /** This window's results, at most one a monitor. */
  readonly evaluations: readonly JudgedMonitor[]
  readonly states: readonly MonitorState[]
  /** `listReopenable(versionId, reopenableSince(...))`: open alerts and those resolved lately. */
  readonly reopenable: readonly Alert[]
  /** By monitor: where the unbroken run of breaches begins that ends with this window; asked for by `needsBreachRun`. */
  readonly breachRuns?: ReadonlyMap<number, number>
  readonly publicUrl: string
}

/** Why somebody should hear of an alert now. */
export type NotifyBecause =
  | 'fired'
  | 'reopened'
  | 'went_live'
  | 'uninhibited'
  | 'member_joined'
  | 'upgraded'
  | 'corrected'
  | 'silence_ended'
  | 'acknowledged'
  | 'repeat'
  | 'resolved'

/** A wish to notify; `decideNotification` grants or holds it, channel by channel. */
export interface NotifyWish {
  readonly alert: Alert
  readonly type: NotificationType
  readonly because: NotifyBecause
}

export interface AdvanceResult {
  /** States that changed; the others stay as they are. */
  readonly states: MonitorState[]
  /** New (negative id) and changed alerts. */
  readonly alerts: Alert[]
  readonly events: Omit<AlertEvent, 'id'>[]
  readonly notify: NotifyWish[]
}

/**
 * The clock alerts live by: now, or for historical windows the end of the window, so that replayed history
 * opens, resolves and reopens alerts as it would have then.
 */
export function alertClockMs(window: TimeRange, historical: boolean, nowMs: number): number {
  return historical ? window.endMs : nowMs
}

/** What to pass to `listReopenable` for this window. */
export function reopenableSince(window: TimeRange, historical: boolean, nowMs: number): number {
  return alertClockMs(window, historical, nowMs) - REOPEN_WITHIN_MS
}
