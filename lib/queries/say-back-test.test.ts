import { describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import type { TestedRule } from '@/lib/queries/back-test'
import { sayBackTest } from '@/lib/queries/say-back-test'

/** Two windows, the second of which ends after `spanMs`. */
function rule(fired: number, spanMs: number, count = 2): TestedRule {
  const window = { value: 0.1, limit: 0.2, n: 500, verdict: 'ok' } as const
  return {
    windows: Array.from({ length: count }, (_, i) => ({ ...window, startMs: i, endMs: spanMs })),
    episodes: Array.from({ length: fired }, (_, i) => ({ onsetMs: i, firedMs: i, endMs: i, peak: 0.3 })),
  }
}
const NEVER_JUDGED: TestedRule = { windows: [], episodes: [] }
const MONTH_MS = 30 * DAY_MS

describe('a back-test says what happened, then what would have', () => {
  it.each<[string, TestedRule, TestedRule]>([
    [
      'It fired 5 times in the 30 days looked at. With these settings it would have fired 3 times.',
      rule(5, MONTH_MS),
      rule(3, MONTH_MS),
    ],
    [
      'It fired once in the 30 hours looked at. With these settings it would not have fired.',
      rule(1, 30 * HOUR_MS),
      rule(0, 30 * HOUR_MS),
    ],
    [
      'It did not fire in the 90 minutes looked at. With these settings it would have fired once.',
      rule(0, 90 * MINUTE_MS),
      rule(1, 90 * MINUTE_MS),
    ],
    [
      'It fired once in the 30 months looked at. With these settings it would have fired once as well.',
      rule(1, 912 * DAY_MS),
      rule(1, 912 * DAY_MS),
    ],
    [
      'It did not fire in the 30 days looked at. With these settings it would not have fired either.',
      rule(0, MONTH_MS),
      rule(0, MONTH_MS),
    ],
    [
      'It did not fire in the 3 hours that it has been judged for. With these settings it would have fired once in the 2 days of data that are stored.',
      rule(0, 3 * HOUR_MS),
      rule(1, 2 * DAY_MS, 3),
    ],
    [
      'It has not been judged yet. With these settings it would have fired 2 times in the 2 days of data that are stored.',
      NEVER_JUDGED,
      rule(2, 2 * DAY_MS),
    ],
    ['It has not been judged yet: there is nothing to try these settings on.', NEVER_JUDGED, NEVER_JUDGED],
  ])('%s', (sentence, past, changed) => {
    expect(sayBackTest({ past, changed })).toBe(sentence)
  })
})
