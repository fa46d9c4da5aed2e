/** Owns what a back-test says in words. */
import { HOUR_MS } from '@/lib/domain/time'
import type { BackTest } from '@/lib/queries/back-test'

const fired = (count: number) =>
  count === 0 ? 'never fired' : count === 1 ? 'fired once' : `fired ${count} times`

/**
 * `It would have fired 3 times in the 30 days that were judged; as it was, it fired 5 times.` What is younger than the
 * history that is stored of it is tried on all of that.
 */
export function sayBackTest({ past, changed }: Pick<BackTest, 'past' | 'changed'>): string {
  const [before, then] = [past.episodes.length, changed.episodes.length]
  if (changed.windows.length > past.windows.length) {
    const would = `With these settings it would have ${fired(then)} in the ${spanOf(changed)} that are stored`
    return past.windows.length === 0
      ? `${would}; none of it was judged yet.`
      : `${would}; in the ${spanOf(past)} that it was judged for, it ${fired(before)}.`
  }
  if (past.windows.length === 0) return 'No window of it was judged yet, so there is nothing to try this on.'
  const would = `With these settings it would have ${fired(then)} in the ${spanOf(past)} that were judged`
  return before === then ? `${would}, as it did.` : `${would}; as it was, it ${fired(before)}.`
}

function spanOf({ windows }: BackTest['past']): string {
  const hours = ((windows.at(-1)?.endMs ?? 0) - (windows[0]?.startMs ?? 0)) / HOUR_MS
  return hours < 48 ? `${Math.round(hours)} hours` : `${Math.round(hours / 24)} days`
}
