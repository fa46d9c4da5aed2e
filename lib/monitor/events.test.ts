import { describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import type { LabelledWindow } from '@/lib/monitor/label-history'
import { columnProfile, judge, START_MS, storedProfile, trafficSummary } from '@/lib/monitor/testing'

const profile = storedProfile([
  columnProfile(
    'prediction',
    Array.from({ length: 100 }, (_, i) => (i % 2 ? 'yes' : 'no')),
    { family: 'output', role: 'prediction' },
  ),
])

/** Two days of hours with this share, whose events were complete after half an hour. */
const usual = (share: number): LabelledWindow[] =>
  Array.from({ length: 48 }, (_, i) => ({
    startMs: START_MS - (48 - i) * HOUR_MS,
    endMs: START_MS - (47 - i) * HOUR_MS,
    coverage: share,
    delayMs: share > 0 ? 30 * MINUTE_MS : null,
  }))
const COMPLETE_MS = 2 * HOUR_MS

type Metric = 'click_share' | 'redo_share' | 'switch_mode_share'

/** The judged window of 1,000 records, of which so many had the event; the share before was `before`. */
function judged(metric: Metric, count: number, before: number, ageMs = COMPLETE_MS, records = 1_000) {
  const name = metric.replace('_share', '')
  return judge(profile, {
    traffic: trafficSummary(records),
    events: count > 0 ? { kind: 'events', counts: new Map([[name, count]]) } : null,
    eventHistory: new Map([[metric, usual(before)]]),
    nowMs: START_MS + HOUR_MS + ageMs,
  }).get(metric)
}

describe('shares of events', () => {
  it('say nothing where no event ever came', () => {
    expect(judged('click_share', 0, 0)).toBeUndefined()
  })

  it('are not judged while events may still come: a window that just ended has few clicks, and that is no loss', () => {
    expect(judged('click_share', 10, 0.2, MINUTE_MS)).toMatchObject({
      verdict: 'not_enough_data',
      value: 0.01,
    })
    expect(judged('redo_share', 900, 0.02, MINUTE_MS)).toMatchObject({ verdict: 'not_enough_data' })
  })

  it('of clicks drift when they fall by a third of the usual share and by more than chance, never when they rise', () => {
    expect(judged('click_share', 200, 0.2)).toMatchObject({ verdict: 'ok' })
    expect(judged('click_share', 150, 0.2)).toMatchObject({ verdict: 'ok' })
    expect(judged('click_share', 100, 0.2)).toMatchObject({ verdict: 'drift', value: 0.1, pValue: null })
    expect(judged('click_share', 0, 0.2)).toMatchObject({ verdict: 'drift', value: 0 })
    expect(judged('click_share', 700, 0.2)).toMatchObject({ verdict: 'ok' })
    // A fall that chance makes in so few records is none.
    expect(judged('click_share', 2, 0.2, COMPLETE_MS, 20)?.verdict).not.toBe('drift')
  })

  it('of redos and switches of mode drift when they rise, from nothing too, never when they fall', () => {
    for (const metric of ['redo_share', 'switch_mode_share'] as const) {
      expect(judged(metric, 20, 0.02)).toMatchObject({ verdict: 'ok' })
      expect(judged(metric, 80, 0.02)).toMatchObject({ verdict: 'drift', value: 0.08 })
      expect(judged(metric, 0, 0.02)).toMatchObject({ verdict: 'ok' })
      expect(judged(metric, 4, 0.001)).toMatchObject({ verdict: 'ok' })
    }
  })

  it('wake nobody, and say what is usual in words', () => {
    const result = judged('redo_share', 900, 0.02)
    expect(result).toMatchObject({ verdict: 'drift' })
    expect(result?.reason).toContain('were asked for again')
    expect(judged('click_share', 10, 0.2, DAY_MS)?.reason).toContain('usual is 20')
  })
})
