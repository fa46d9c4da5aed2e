import { describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS, type TimeRange } from '@/lib/domain/time'
import { enoughFrom, sayEnough } from '@/lib/monitor/say-enough'
import { columnProfile, judge, normals, START_MS, storedProfile } from '@/lib/monitor/testing'
import { sayUtc } from '@/lib/monitor/words'

const spanOf = (lengthMs: number): TimeRange => ({ startMs: START_MS, endMs: START_MS + lengthMs })
const hour = spanOf(HOUR_MS)

describe('when enough records will have come', () => {
  it('names the shortest windows that would hold them', () => {
    expect(sayEnough(60, 651, hour, '1h')).toBe('At this rate windows of one day would do.')
    expect(sayEnough(200, 651, hour, '1h')).toBe('At this rate windows of 6 hours would do.')
    expect(sayEnough(1, 650, hour, '1h')).toBe('At this rate windows of one calendar month would do.')
    expect(sayEnough(100, 500, spanOf(MINUTE_MS), '1m')).toBe('At this rate windows of 5 minutes would do.')
  })

  it('says when no window is long enough', () => {
    expect(sayEnough(1, 4_000, hour, '1h')).toBe('At this rate that takes 6 months, longer than any window.')
    expect(sayEnough(10, 300, spanOf(30 * DAY_MS), '1mo')).toBe(
      'At this rate that takes 30 months, longer than any window.',
    )
  })

  it('knows that a first window was not filled', () => {
    expect(sayEnough(300, 651, spanOf(HOUR_MS / 4), '1h')).toBe('At this rate a whole window has enough.')
  })

  it('promises nothing without records, without a need, or where there is enough', () => {
    expect(sayEnough(0, 651, hour, '1h')).toBeNull()
    expect(sayEnough(60, null, hour, '1h')).toBeNull()
    expect(sayEnough(651, 651, hour, '1h')).toBeNull()
  })

  it('counts on to the window that has enough before it', () => {
    expect(enoughFrom(hour, '1h', 3)).toBe(START_MS + 3 * HOUR_MS)
    const november = { startMs: Date.UTC(2026, 10, 1), endMs: Date.UTC(2026, 11, 1) }
    expect(enoughFrom(november, '1mo', 3)).toBe(Date.UTC(2027, 1, 1))
    expect(sayUtc(enoughFrom(hour, '1h', 14))).toBe('2026-11-16 14:00 UTC')
  })

  it('is part of what an evaluation says', () => {
    const profile = storedProfile([columnProfile('Income', normals(4_000, 50, 10, 1))])
    const drift = judge(profile, { columns: { Income: normals(100, 50, 10, 2) } }).get('drift Income')
    expect(drift?.verdict).toBe('not_enough_data')
    expect(drift?.reason).toMatch(
      /^Too little data to tell: 100 of \d+ records needed \(.*\)\. At this rate windows of 6 hours would do\.$/,
    )
    const first = judge(profile, {
      columns: { Income: normals(300, 50, 10, 2) },
      version: { firstRecordMs: START_MS + HOUR_MS - 10 * MINUTE_MS },
    }).get('drift Income')
    expect(first?.reason).toMatch(/At this rate a whole window has enough\.$/)
  })
})
