/** Owns when enough data will have come for a verdict, at the rate at which it comes: as windows, or as a date. */
import { CADENCE_WORDS } from '@/lib/domain/cadence-words'
import {
  CADENCES,
  type Cadence,
  DAY_MS,
  nominalWindowMs,
  type TimeRange,
  windowContaining,
} from '@/lib/domain/time'
import { sayNumber } from '@/lib/monitor/words'

/**
 * @param n values that came in `span`
 * @param neededN values that a verdict takes; null: no number of them would do
 * @param span the part of the window that records could fill
 * @returns the shortest windows that would hold enough, as a sentence; null where there is nothing to say
 */
export function sayEnough(
  n: number,
  neededN: number | null,
  span: TimeRange,
  cadence: Cadence,
): string | null {
  if (neededN === null || n <= 0 || n >= neededN) return null
  const neededMs = (neededN / n) * (span.endMs - span.startMs)
  if (neededMs <= nominalWindowMs(cadence)) return 'At this rate a whole window has enough.'
  const enough = CADENCES.find((candidate) => nominalWindowMs(candidate) >= neededMs)
  if (enough) return `At this rate windows of ${CADENCE_WORDS[enough]} would do.`
  return `At this rate that takes ${sayNumber(Math.ceil(neededMs / (30 * DAY_MS)))} months, longer than any window.`
}

/**
 * @param missing windows that must still come before a window can be compared with them
 * @returns start of the first window that has enough before it, if every one until then has records
 */
export function enoughFrom(window: TimeRange, cadence: Cadence, missing: number): number {
  let { startMs, endMs } = window
  for (let i = 0; i < missing; i++) ({ startMs, endMs } = windowContaining(cadence, endMs))
  return startMs
}
