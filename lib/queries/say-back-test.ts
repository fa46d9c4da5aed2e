/** Owns what a back-test says in words. */
import { DAY_MS } from '@/lib/domain/time'
import type { BackTest } from '@/lib/queries/back-test'

const fired = (count: number) =>
  count === 0 ? 'never fired' : count === 1 ? 'fired once' : `fired ${count} times`

/** `It would have fired 3 times in these 30 days; as it was, it fired 5 times.` */
export function sayBackTest({ range, past, changed }: Pick<BackTest, 'range' | 'past' | 'changed'>): string {
  if (past.windows.length === 0) return 'No window of it was judged yet, so there is nothing to try this on.'
  const days = Math.max(1, Math.round((range.endMs - range.startMs) / DAY_MS))
  const [before, then] = [past.episodes.length, changed.episodes.length]
  const would = `With these settings it would have ${fired(then)} in these ${days === 1 ? '24 hours' : `${days} days`}`
  return before === then ? `${would}, as it did.` : `${would}; as it was, it ${fired(before)}.`
}
