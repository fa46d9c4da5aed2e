/** Owns what a custom metric's monitor looks at: the window's summary, and values of earlier windows. */
import type { CustomMetric } from '@/lib/domain/custom-metric'
import {
  type Cadence,
  HOUR_MS,
  nominalWindowMs,
  type TimeRange,
  WEEK_MS,
  windowContaining,
} from '@/lib/domain/time'
import type { LabelledWindow } from '@/lib/monitor/label-history'
import type { CustomSummary } from '@/lib/summary/custom'

/** An earlier window. */
export interface CustomPast extends TimeRange {
  readonly value: number
}

export interface CustomWindow {
  readonly metric: CustomMetric
  /** null: no record of the window was counted. */
  readonly summary: CustomSummary | null
  /** Oldest first. */
  readonly history: readonly CustomPast[]
  /** For metrics that read events: how their windows changed as events came; null: of history, or of metrics that read none. */
  readonly arrivals: readonly LabelledWindow[] | null
  /** The window is of another length than those that the model's monitors judge. */
  readonly isOtherSpan?: boolean
}

/** Weeks that the same hour is taken from: hours are kept for longer. */
const SAME_HOUR_WEEKS = 8

/** Whether windows of this cadence can be compared with the same hour, or day, of earlier weeks. */
export function hasStoredWeeks(cadence: Cadence): boolean {
  const sizeMs = nominalWindowMs(cadence)
  // Shorter windows are made of minutes, which are kept for days.
  return sizeMs >= HOUR_MS && sizeMs < WEEK_MS
}

/** The windows at the same time of earlier weeks, oldest first. */
export function sameHourWindows(cadence: Cadence, window: TimeRange): TimeRange[] {
  return Array.from({ length: SAME_HOUR_WEEKS }, (_, i) =>
    windowContaining(cadence, window.startMs - (SAME_HOUR_WEEKS - i) * WEEK_MS),
  )
}
