/** Owns what a back-test says in words: first what happened, then what would have. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import type { BackTest } from '@/lib/queries/back-test'

/** Beyond this many days they are told as months. */
const MANY_DAYS = 100
const MONTH_DAYS = 30.4

/**
 * `It fired 5 times in the 30 days looked at. With these settings it would have fired 3 times.` What is younger than the
 * history that is stored of it is tried on all of that.
 */
export function sayBackTest({ past, changed }: Pick<BackTest, 'past' | 'changed'>): string {
  const [before, then] = [past.episodes.length, changed.episodes.length]
  if (changed.windows.length > past.windows.length) {
    // Two spans: what is told of the one is not measured by the other.
    const all = `With these settings it would ${would(then)} in the ${spanOf(changed)} of data that are stored.`
    return past.windows.length === 0
      ? `It has not been judged yet. ${all}`
      : `It ${fired(before)} in the ${spanOf(past)} that it has been judged for. ${all}`
  }
  if (past.windows.length === 0)
    return 'It has not been judged yet: there is nothing to try these settings on.'
  const also = before === then ? (then === 0 ? ' either' : ' as well') : ''
  return `It ${fired(before)} in the ${spanOf(past)} looked at. With these settings it would ${would(then)}${also}.`
}

function fired(count: number): string {
  return count === 0 ? 'did not fire' : `fired ${times(count)}`
}

function would(count: number): string {
  return count === 0 ? 'not have fired' : `have fired ${times(count)}`
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`
}

function spanOf({ windows }: BackTest['past']): string {
  const spanMs = (windows.at(-1)?.endMs ?? 0) - (windows[0]?.startMs ?? 0)
  if (spanMs < 2 * HOUR_MS) return `${Math.round(spanMs / MINUTE_MS)} minutes`
  if (spanMs < 2 * DAY_MS) return `${Math.round(spanMs / HOUR_MS)} hours`
  const days = spanMs / DAY_MS
  return days < MANY_DAYS ? `${Math.round(days)} days` : `${Math.round(days / MONTH_DAYS)} months`
}
