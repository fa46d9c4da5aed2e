/** Owns the false-alarm budget: the significance of one window that follows from it, and the sight that is left. */
import { type Cadence, DAY_MS, nominalWindowMs } from '@/lib/domain/time'
import { movedFloor } from '@/lib/monitor/effect-floor'
import { TEST_FAMILIES } from '@/lib/monitor/test-family'
import { rowsForKsShift } from '@/lib/stats/inference/ks-shift-power'
import { ksCritical } from '@/lib/stats/inference/power'
import { ks } from '@/lib/stats/methods/ks'

const FORTNIGHT_MS = 14 * DAY_MS

/** A window is never judged at less evidence than one in a hundred, nor asked for more than a test can tell. */
const MAX_ALPHA = 0.01
const MIN_ALPHA = 1e-6

/** Windows that end within a fortnight, at the nominal length of the cadence. */
export function windowsPerFortnight(cadence: Cadence): number {
  return FORTNIGHT_MS / nominalWindowMs(cadence)
}

/**
 * Significance asked of every family of tests of one window, so that without any change at most `budget` alerts are
 * raised in a fortnight: budget / windows / families, within 1e-6 … 0.01. One a fortnight at hourly windows is 0.00074.
 * @param budget alerts a fortnight
 * @param isSliced slices are judged too: they are a family of their own
 */
export function alphaOf(budget: number, cadence: Cadence, isSliced = false): number {
  const alpha = budget / windowsPerFortnight(cadence) / (TEST_FAMILIES + (isSliced ? 1 : 0))
  return Math.min(MAX_ALPHA, Math.max(MIN_ALPHA, alpha))
}

/** The change whose visibility is told: a shift of one column by this many standard deviations, seen this often. */
export const TOLD_SHIFT = 0.3
export const TOLD_POWER = 0.9

/** Values that shift that far have moved. */
const TOLD_FLOOR = movedFloor(ks.effectFloor)

export interface Sight {
  /** Significance asked of one window. */
  readonly alpha: number
  /** Columns compared with the reference, of which one shifts: the correction for looking at many is by them. */
  readonly columns: number
  readonly referenceRows: number
}

/**
 * Records a window needs for a shift of one normal column by 0.3 standard deviations to be seen 90 % of the time: its
 * distance passes the floor and what chance gives at alpha, corrected for all columns. Without swings of the reference.
 * @returns a whole number, or null when the reference has too few rows, whatever the window
 */
export function sensitivityOf({ alpha, columns, referenceRows }: Sight): number | null {
  const corrected = alpha / Math.max(1, columns)
  return rowsForKsShift(referenceRows, TOLD_SHIFT, TOLD_POWER, (rows) =>
    Math.max(TOLD_FLOOR, ksCritical(rows, referenceRows, corrected)),
  )
}
