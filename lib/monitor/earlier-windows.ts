/** Owns the baseline of earlier windows: which spans stand for what is usual, and a reference column made of them. */
import type { BaselineKind } from '@/lib/domain/monitor'
import {
  alignDown,
  type BucketLevel,
  type Cadence,
  DAY_MS,
  HOUR_MS,
  nominalWindowMs,
  type TimeRange,
  WEEK_MS,
} from '@/lib/domain/time'
import type { ReferenceColumn } from '@/lib/monitor/reference'
import { OTHER_LABEL } from '@/lib/monitor/reference'
import { presentOf } from '@/lib/summary/merge'
import type { ColumnSummary } from '@/lib/summary/types'

/** Baselines of distributions that are read from earlier windows instead of the profile. */
export const EARLIER_BASELINES = ['trailing', 'same_hour_of_week'] as const satisfies readonly BaselineKind[]
export type EarlierBaseline = (typeof EARLIER_BASELINES)[number]

/** Merged summaries of earlier windows by baseline and column key. */
export type Baselines = ReadonlyMap<EarlierBaseline, ReadonlyMap<string, ColumnSummary>>

export function isEarlierBaseline(kind: BaselineKind): kind is EarlierBaseline {
  return kind === 'trailing' || kind === 'same_hour_of_week'
}

/** Weeks that the same hour is taken from. */
const SAME_HOUR_WEEKS = 4
/** Windows of a trailing baseline that is longer than a week. */
const TRAILING_WINDOWS = 8

/** A week; where windows are longer than a day, eight of them, in whole days. */
function trailingMs(cadence: Cadence): number {
  const windowMs = nominalWindowMs(cadence)
  return windowMs > DAY_MS ? alignDown(TRAILING_WINDOWS * windowMs, DAY_MS) : WEEK_MS
}

export interface BaselineSpans {
  readonly level: BucketLevel
  readonly ranges: readonly TimeRange[]
}

/** Whether windows of this cadence have an hour, or a day, of the week. */
export function hasHourOfWeek(cadence: Cadence): boolean {
  return nominalWindowMs(cadence) <= DAY_MS
}

/**
 * The stored cells that make the baseline of a window. Trailing: the whole days (UTC) of the week before the day of the
 * window, or eight windows of longer ones. Same hour of the week: the hours (or days) that the window lies in, one to
 * four weeks before. The window itself is never part of its baseline.
 */
export function baselineSpans(kind: EarlierBaseline, cadence: Cadence, window: TimeRange): BaselineSpans {
  if (kind === 'trailing') {
    const endMs = alignDown(window.startMs, DAY_MS)
    return { level: 'day', ranges: [{ startMs: endMs - trailingMs(cadence), endMs }] }
  }
  const sizeMs = nominalWindowMs(cadence) < DAY_MS ? HOUR_MS : DAY_MS
  const startMs = alignDown(window.startMs, sizeMs)
  const endMs = Math.max(startMs + sizeMs, Math.ceil(window.endMs / sizeMs) * sizeMs)
  const ranges = Array.from({ length: SAME_HOUR_WEEKS }, (_, index) => ({
    startMs: startMs - (index + 1) * WEEK_MS,
    endMs: endMs - (index + 1) * WEEK_MS,
  }))
  return { level: sizeMs === HOUR_MS ? 'hour' : 'day', ranges }
}

const CALLED: Readonly<Record<EarlierBaseline, string>> = {
  trailing: 'the week before',
  same_hour_of_week: 'the same hour of earlier weeks',
}

/** What sentences call the baseline. */
export function callBaseline(kind: EarlierBaseline): string {
  return CALLED[kind]
}

/**
 * The reference column with the values of earlier windows in place of the profile's.
 * @returns null when the summary is of another kind than the profile's column
 */
export function columnOfEarlier(
  column: ReferenceColumn,
  kind: EarlierBaseline,
  earlier: ColumnSummary,
): ReferenceColumn | null {
  return withValues(column, CALLED[kind], earlier)
}

/**
 * The reference column with other values in place of the profile's.
 * @param against what sentences call them
 * @returns null when the summary is of another kind than the profile's column
 */
export function withValues(
  column: ReferenceColumn,
  against: string,
  earlier: ColumnSummary,
): ReferenceColumn | null {
  const n = presentOf(earlier)
  // The null table is of the profile's own rows.
  const shared = { ...column, n, against, nullTable: null }
  if (earlier.kind === 'grid' && column.grid && earlier.values.counts.length === column.grid.cellCount) {
    const { mean, m2, min, max } = earlier.moments
    const moments = {
      ...column.profile.moments,
      n,
      mean,
      m2,
      m3: earlier.moments.m3,
      m4: earlier.moments.m4,
      min,
      max,
    }
    return {
      ...shared,
      profile: { ...column.profile, moments },
      counts: earlier.values,
      deviation: n > 0 ? Math.sqrt(Math.max(0, m2) / n) : 0,
    }
  }
  if (earlier.kind === 'categories' && column.categories) {
    const categories = new Map<string, number>()
    let kept = 0
    for (const [label, { count }] of earlier.counts.items) {
      categories.set(label, count)
      kept += count
    }
    if (n > kept || column.categories.has(OTHER_LABEL)) categories.set(OTHER_LABEL, Math.max(0, n - kept))
    return { ...shared, categories }
  }
  return null
}
