/** Owns all arithmetic on instants. Instants are epoch milliseconds in UTC; windows are half-open [start, end). */

export const SECOND_MS = 1_000
export const MINUTE_MS = 60_000
export const HOUR_MS = 3_600_000
export const DAY_MS = 86_400_000
export const WEEK_MS = 7 * DAY_MS

/** Monday 1970-01-05T00:00Z: weeks start on Monday. */
const FIRST_MONDAY_MS = 4 * DAY_MS

/** How long one judged window is. `1mo` is the calendar month in UTC. */
export const CADENCES = ['1m', '5m', '15m', '1h', '6h', '1d', '1w', '1mo'] as const
export type Cadence = (typeof CADENCES)[number]

/** Sizes of stored buckets. Every cadence is a union of cells of one level. */
export const BUCKET_LEVELS = ['minute', 'hour', 'day'] as const
export type BucketLevel = (typeof BUCKET_LEVELS)[number]
export const BUCKET_SIZE_MS: Readonly<Record<BucketLevel, number>> = {
  minute: MINUTE_MS,
  hour: HOUR_MS,
  day: DAY_MS,
}

/** The coarsest bucket level whose cells tile a window of this cadence. */
export const LEVEL_OF_CADENCE: Readonly<Record<Cadence, BucketLevel>> = {
  '1m': 'minute',
  '5m': 'minute',
  '15m': 'minute',
  '1h': 'hour',
  '6h': 'hour',
  '1d': 'day',
  '1w': 'day',
  '1mo': 'day',
}

const FIXED_SIZE_MS: Readonly<Record<Exclude<Cadence, '1mo'>, number>> = {
  '1m': MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '1h': HOUR_MS,
  '6h': 6 * HOUR_MS,
  '1d': DAY_MS,
  '1w': WEEK_MS,
}

/** A half-open span of time. */
export interface TimeRange {
  readonly startMs: number
  readonly endMs: number
}

/** The range of just those windows that start then. */
export function startingAt(startMs: number): TimeRange {
  return { startMs, endMs: startMs + 1 }
}

/** Nominal length of a window of this cadence (a month counts 30.44 days). */
export function nominalWindowMs(cadence: Cadence): number {
  return cadence === '1mo' ? 30.44 * DAY_MS : FIXED_SIZE_MS[cadence]
}

/** Start of the cell of `sizeMs` that contains `instantMs`; also right for instants before 1970. */
export function alignDown(instantMs: number, sizeMs: number): number {
  return Math.floor(instantMs / sizeMs) * sizeMs
}

/** The window of `cadence` that contains `instantMs`. */
export function windowContaining(cadence: Cadence, instantMs: number): TimeRange {
  if (cadence === '1mo') {
    const date = new Date(instantMs)
    return {
      startMs: Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1),
      endMs: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1),
    }
  }
  const sizeMs = FIXED_SIZE_MS[cadence]
  const originMs = cadence === '1w' ? FIRST_MONDAY_MS : 0
  const startMs = alignDown(instantMs - originMs, sizeMs) + originMs
  return { startMs, endMs: startMs + sizeMs }
}

/** All windows of `cadence` that overlap `range`, oldest first, at most `limit` of them. */
export function windowsIn(cadence: Cadence, range: TimeRange, limit: number): TimeRange[] {
  const windows: TimeRange[] = []
  let window = windowContaining(cadence, range.startMs)
  while (window.startMs < range.endMs && windows.length < limit) {
    windows.push(window)
    window = windowContaining(cadence, window.endMs)
  }
  return windows
}

/** `2026-11-21` for an instant: the name of a log partition. */
export function utcDay(instantMs: number): string {
  return new Date(instantMs).toISOString().slice(0, 10)
}

/** RFC 3339 in UTC with milliseconds dropped when they are zero. */
export function toRfc3339(instantMs: number): string {
  return new Date(instantMs).toISOString().replace('.000Z', 'Z')
}
