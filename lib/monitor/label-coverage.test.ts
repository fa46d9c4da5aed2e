import { describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS } from '@/lib/domain/time'
import { type LabelledWindow, labelMaturityMs } from '@/lib/monitor/label-history'
import { columnProfile, judge, START_MS, storedProfile, trafficSummary } from '@/lib/monitor/testing'
import { emptyQuality } from '@/lib/summary/merge-quality'
import type { QualitySummary } from '@/lib/summary/types'

const profile = storedProfile([
  columnProfile(
    'prediction',
    Array.from({ length: 100 }, (_, i) => (i % 2 ? 'yes' : 'no')),
    { family: 'output', role: 'prediction' },
  ),
])

/** The window `hours` before the judged one. */
const past = (hours: number, coverage: number, delayMs: number | null): LabelledWindow => ({
  startMs: START_MS - hours * HOUR_MS,
  endMs: START_MS - (hours - 1) * HOUR_MS,
  coverage,
  delayMs,
})

/** Two days of windows with seven labels for ten records, each complete after a day; oldest first. */
const usual = Array.from({ length: 48 }, (_, i) => past(48 - i, 0.7, DAY_MS))
const COMPLETE_MS = 2 * DAY_MS + HOUR_MS

function labelsOf(n: number): QualitySummary {
  return { ...emptyQuality(), n }
}

/** The judged window at an age, with 1,000 records. */
function coverage(
  labelled: number,
  ageMs: number,
  labels: readonly LabelledWindow[] | null = usual,
  records = 1_000,
) {
  return judge(profile, {
    traffic: trafficSummary(records),
    quality: labelled > 0 ? labelsOf(labelled) : null,
    labels,
    nowMs: START_MS + HOUR_MS + ageMs,
  }).get('label_coverage')
}

describe('how late labels come', () => {
  it('is twice the delay of nine windows in ten and a window more', () => {
    expect(labelMaturityMs(usual)).toBe(COMPLETE_MS)
    expect(labelMaturityMs([past(99, 0.7, 90 * DAY_MS), ...usual])).toBe(COMPLETE_MS)
  })

  it('is unknown until six windows have labels; history does not count', () => {
    expect(labelMaturityMs([])).toBeNull()
    expect(labelMaturityMs(usual.slice(0, 5))).toBeNull()
    expect(labelMaturityMs(usual.map((window) => ({ ...window, delayMs: null })))).toBeNull()
  })
})

describe('label coverage', () => {
  it('is judged once labels had their time: fewer than usual is drift, and never severe', () => {
    expect(coverage(690, COMPLETE_MS)).toMatchObject({ verdict: 'ok', value: 0.69 })
    // Usual is 0.7, and a loss of 30 % of it matters: 0.49 is the limit.
    expect(coverage(200, COMPLETE_MS)).toMatchObject({
      verdict: 'drift',
      value: 0.2,
      reason:
        '20 % of records have a label 2 days later; usual is 70 % (limit 49 % from 48 earlier windows, 1,000 records).',
    })
    expect(coverage(200, COMPLETE_MS)?.limit).toBeCloseTo(0.49, 10)
    expect(coverage(0, COMPLETE_MS)).toMatchObject({ verdict: 'drift', value: 0 })
  })

  it('misses nothing that may still come', () => {
    expect(coverage(0, COMPLETE_MS - 1)).toMatchObject({ verdict: 'not_enough_data', value: 0 })
    expect(coverage(0, 0)?.reason).toContain('More may come')
  })

  it('says nothing where labels were never sent, and little where they came for the first time', () => {
    expect(coverage(0, COMPLETE_MS, [])).toBeUndefined()
    expect(
      coverage(
        0,
        COMPLETE_MS,
        usual.map((window) => ({ ...window, coverage: 0, delayMs: null })),
      ),
    ).toBeUndefined()
    expect(coverage(400, COMPLETE_MS, [])).toMatchObject({ verdict: 'not_enough_data', value: 0.4 })
  })

  it('does not judge history, whose labels come with the import', () => {
    expect(coverage(100, 99 * DAY_MS, null)).toMatchObject({ verdict: 'not_enough_data', detail: {} })
    expect(coverage(0, 99 * DAY_MS, null)).toBeUndefined()
  })

  it('does not take few records for a loss', () => {
    // sqrt(0.7 * 0.3 / 4) = 0.229, times z = 3.09: 0.708 may be chance, which is all of it.
    expect(coverage(0, COMPLETE_MS, usual, 4)?.verdict).toBe('not_enough_data')
  })

  it('grows used to a new share instead of complaining for ever', () => {
    const sampled = [
      ...Array.from({ length: 20 }, (_, i) => past(150 - i, 0.7, DAY_MS)),
      ...Array.from({ length: 60 }, (_, i) => past(120 - i, 0.3, DAY_MS)),
    ]
    expect(coverage(300, COMPLETE_MS, sampled)?.verdict).toBe('ok')
  })

  it('remembers when the last label came, not when it was judged last', () => {
    expect(coverage(500, DAY_MS)?.detail.delayMs).toBe(DAY_MS)
    const before = { ...past(0, 0.5, DAY_MS) }
    expect(coverage(500, COMPLETE_MS, [...usual, before])?.detail.delayMs).toBe(DAY_MS)
    expect(coverage(600, COMPLETE_MS, [...usual, before])?.detail.delayMs).toBe(COMPLETE_MS)
  })
})
