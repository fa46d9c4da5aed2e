/** Owns what a back-test says in words. */
import { HOUR_MS } from '@/lib/domain/time'
import type { BackTest } from '@/lib/queries/back-test'

const fired = (count: number) =>
  count === 0 ? 'never fired' : count === 1 ? 'fired once' : `fired ${count} times`

/** `It would have fired 3 times in the 30 days that were judged; as it was, it fired 5 times.` */
export function sayBackTest({ past, changed }: Pick<BackTest, 'past' | 'changed'>): string {
  if (past.windows.length === 0) return 'No window of it was judged yet, so there is nothing to try this on.'
  const [first, last] = [past.windows[0], past.windows.at(-1)]
  const hours = ((last?.endMs ?? 0) - (first?.startMs ?? 0)) / HOUR_MS
  const span = hours < 48 ? `${Math.round(hours)} hours` : `${Math.round(hours / 24)} days`
  const [before, then] = [past.episodes.length, changed.episodes.length]
  const would = `With these settings it would have ${fired(then)} in the ${span} that were judged`
  return before === then ? `${would}, as it did.` : `${would}; as it was, it ${fired(before)}.`
}
