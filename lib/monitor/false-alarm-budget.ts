/** Owns the false-alarm budget: how many a fortnight a model may raise, as the significance asked of one window. */
import { type Cadence, DAY_MS, nominalWindowMs } from '@/lib/domain/time'

const FORTNIGHT_MS = 14 * DAY_MS

/**
 * Families of tests that are corrected each for itself and may each be wrong once: the distributions of columns, the
 * shares of their faults, and the outputs with their quality.
 */
const FAMILIES = 3

/** A window is never judged at less evidence than one in a hundred, nor asked for more than a test can tell. */
const MAX_ALPHA = 0.01
const MIN_ALPHA = 1e-6

/** Windows that end within a fortnight, at the nominal length of the cadence. */
export function windowsPerFortnight(cadence: Cadence): number {
  return FORTNIGHT_MS / nominalWindowMs(cadence)
}

/**
 * Significance asked of every family of tests of one window, so that without any change at most `budget` alerts are
 * raised in a fortnight: budget / windows / families, within 1e-6 … 0.01. One a fortnight at hourly windows is 0.001.
 * @param budget alerts a fortnight
 */
export function alphaOf(budget: number, cadence: Cadence): number {
  const alpha = budget / windowsPerFortnight(cadence) / FAMILIES
  return Math.min(MAX_ALPHA, Math.max(MIN_ALPHA, alpha))
}
