/** Owns the sentences of the alert page that carry a time, built from stored numbers for the viewer's zone. */
import { formatDuration, formatSpan, LONGEST_AGE_MS, sayInstant } from '@/app/format'
import { wordsFor } from '@/lib/alert/cause-words'
import { formatNames } from '@/lib/alert/format-value'
import type { AlertPage } from '@/lib/queries/alert-page'
import type { ShapeInWords } from '@/lib/queries/shape-words'

/** Columns named in the first sentence. */
const MAX_NAMES = 5

type Told = Pick<AlertPage, 'alert' | 'item' | 'members'>

/** What moved, since when or in which data, and where. */
export function sayAlert({ alert, item, members }: Told, zone: string): string {
  const words = wordsFor(
    alert.cause,
    members.map(({ evaluation }) => evaluation.metric),
  )
  const { startMs, endMs } = item.span
  const first = alert.historical
    ? `${words.over} in data of ${formatSpan(startMs, endMs, zone)}.`
    : alert.resolvedMs === null
      ? `${words.lasting} since ${sayInstant(startMs, zone)}.`
      : `${words.over} from ${sayInstant(startMs, zone)} to ${sayInstant(endMs, zone)}.`
  const columns = [
    ...new Set(members.flatMap(({ evaluation }) => (evaluation.column ? [evaluation.column.name] : []))),
  ]
  if (columns.length < 2) return first
  return `${first} ${columns.length} columns are hit: ${formatNames(columns, MAX_NAMES)}.`
}

/** How long it has lasted; of history, how much data it covers. */
export function sayLasting({ alert, item }: Told, zone: string): string {
  const { startMs, endMs } = item.span
  if (alert.historical) return `${formatDuration(endMs - startMs)} of data`
  if (alert.resolvedMs !== null) return `lasted ${formatDuration(endMs - startMs)}`
  return endMs - startMs >= LONGEST_AGE_MS
    ? `since ${sayInstant(startMs, zone)}`
    : `for ${formatDuration(endMs - startMs)}`
}

/**
 * When the measure shown began to breach, and how.
 * @param alertOnsetMs when the alert began: earlier, where another measure was first
 */
export function sayOnset(
  onsetMs: number,
  alertOnsetMs: number,
  shape: ShapeInWords | null,
  zone: string,
): string {
  const first = alertOnsetMs < onsetMs ? ` The alert began ${sayInstant(alertOnsetMs, zone)}.` : ''
  return `Onset ${sayInstant(onsetMs, zone)}.${shape ? ` ${shape.sentence}` : ''}${first}`
}
