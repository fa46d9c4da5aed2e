/** Owns what earlier windows tell of labels: how late they usually come, and how many of the records get one. */
import type { TimeRange } from '@/lib/domain/time'
import { quantileOfSorted } from '@/lib/stats/quantile'

/** One judged window of a version, as the label coverage monitor left it. */
export interface LabelledWindow extends TimeRange {
  /** Share of its records that have a label. */
  readonly coverage: number
  /** From its end to the last label that changed that; null while it has none, and for history. */
  readonly delayMs: number | null
}

/** Windows looked back on: a month of hours. */
export const LABEL_LOOKBACK_WINDOWS = 800
/** Windows with labels from which their delay is learnt, and windows whose labels are complete. */
export const MIN_LABELLED_WINDOWS = 6
/** Of the usual delays this one counts: a straggler does not make every window wait for months. */
const DELAY_QUANTILE = 0.9
/** Labels are merely late until this many times their usual delay. */
const PATIENCE = 2

/**
 * Age at which a window's labels count as complete: twice the delay within which nine of ten windows had theirs, and a
 * window more. null while too few windows have labels to know.
 */
export function labelMaturityMs(history: readonly LabelledWindow[]): number | null {
  const delays = history.flatMap(({ delayMs }) => delayMs ?? [])
  const last = history.at(-1)
  if (delays.length < MIN_LABELLED_WINDOWS || !last) return null
  const usual = quantileOfSorted(Float64Array.from(delays).sort(), DELAY_QUANTILE) ?? 0
  return PATIENCE * usual + (last.endMs - last.startMs)
}
