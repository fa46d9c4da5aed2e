import { describe, expect, it } from 'vitest'
import type { Monitor } from '@/lib/domain/monitor'
import { DAY_MS, HOUR_MS, MINUTE_MS, WEEK_MS } from '@/lib/domain/time'
import { baselineSpans } from '@/lib/monitor/earlier-windows'
import { columnProfile, judge, normals, START_MS, storedProfile, summaryOf } from '@/lib/monitor/testing'

const at = (hours: number, lengthMs = HOUR_MS) => ({
  startMs: START_MS + hours * HOUR_MS,
  endMs: START_MS + hours * HOUR_MS + lengthMs,
})

describe('spans of earlier windows', () => {
  it('are the seven whole days before the day of the window', () => {
    expect(baselineSpans('trailing', '1h', at(30))).toEqual({
      level: 'day',
      ranges: [{ startMs: START_MS + DAY_MS - WEEK_MS, endMs: START_MS + DAY_MS }],
    })
  })

  it('are eight windows where those are longer than a day', () => {
    const [range] = baselineSpans('trailing', '1w', at(0, WEEK_MS)).ranges
    expect(range).toEqual({ startMs: START_MS - 8 * WEEK_MS, endMs: START_MS })
  })

  it('are the same hour of four earlier weeks, also for windows within an hour', () => {
    const window = {
      startMs: START_MS + 5 * HOUR_MS + 10 * MINUTE_MS,
      endMs: START_MS + 5 * HOUR_MS + 15 * MINUTE_MS,
    }
    const { level, ranges } = baselineSpans('same_hour_of_week', '5m', window)
    expect(level).toBe('hour')
    expect(ranges.map(({ startMs, endMs }) => [startMs - START_MS, endMs - startMs])).toEqual(
      [1, 2, 3, 4].map((week) => [5 * HOUR_MS - week * WEEK_MS, HOUR_MS]),
    )
  })
})

describe('a column compared with earlier windows', () => {
  const income = columnProfile('Income', normals(5_000, 50, 10, 1))
  const profile = storedProfile([income])
  const judged = (
    baseline: Monitor['baseline'],
    values: readonly number[],
    earlier: readonly number[] | null,
  ) =>
    judge(profile, {
      columns: { Income: values },
      change: (monitor) => (monitor.method === null ? monitor : { ...monitor, baseline }),
      ...(earlier && baseline !== 'training' && baseline !== 'none'
        ? { baselines: new Map([[baseline, new Map([['input:Income', summaryOf(income, earlier)]])]]) }
        : {}),
    }).get('drift Income')

  const moved = normals(2_000, 57, 10, 2)
  const movedBefore = normals(20_000, 57, 10, 3)

  it('has got used to a level that the reference does not know', () => {
    expect(judged('training', moved, null)?.verdict).toBe('severe')
    expect(judged('trailing', moved, movedBefore)).toMatchObject({ verdict: 'ok', nReference: 20_000 })
    expect(judged('same_hour_of_week', moved, movedBefore)?.verdict).toBe('ok')
  })

  it('drifts against them, and says so', () => {
    const evaluation = judged('trailing', normals(2_000, 50, 10, 4), movedBefore)
    expect(evaluation?.verdict).toBe('severe')
    expect(evaluation?.reason).toMatch(/^Income is 0\.\d+ σ lower than in the week before/)
  })

  it('has nothing to be compared with in its first week', () => {
    expect(judged('trailing', moved, null)?.verdict).toBe('not_enough_data')
    expect(judged('same_hour_of_week', moved, normals(20, 57, 10, 5))?.verdict).toBe('not_enough_data')
  })
})
