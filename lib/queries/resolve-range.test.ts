import { describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS } from '@/lib/domain/time'
import { resolveRange } from '@/lib/queries/resolve-range'

const NOW = Date.UTC(2026, 10, 21, 12, 30)
const NOBODY_SAYS = { range: null, from: null, to: null }
const FRESH = { firstMs: NOW - 20 * DAY_MS, lastMs: NOW - 1_000 }

describe('the range of a page', () => {
  it('ends now while data is fresh, and is fourteen days long for hourly windows', () => {
    expect(resolveRange(NOBODY_SAYS, FRESH, '1h', NOW)).toEqual({
      startMs: NOW - 14 * DAY_MS,
      endMs: NOW,
      preset: '14d',
      isAnchoredToData: false,
    })
  })

  it('ends with the newest data where that is older than the whole range', () => {
    const lastMs = NOW - 60 * DAY_MS
    const range = resolveRange({ ...NOBODY_SAYS, range: '7d' }, { firstMs: 0, lastMs }, '1h', NOW)
    expect(range.isAnchoredToData).toBe(true)
    expect(range.endMs).toBe(Math.floor(lastMs / HOUR_MS) * HOUR_MS + HOUR_MS)
    expect(range.endMs - range.startMs).toBe(7 * DAY_MS)
  })

  it('shows all months of an imported year', () => {
    const data = { firstMs: Date.UTC(2021, 5, 3), lastMs: Date.UTC(2022, 4, 30) }
    const range = resolveRange(NOBODY_SAYS, data, '1mo', NOW)
    expect([range.startMs, range.endMs]).toEqual([Date.UTC(2021, 5, 1), Date.UTC(2022, 5, 1)])
  })

  it('is never shorter than one window', () => {
    const range = resolveRange({ ...NOBODY_SAYS, range: '24h' }, FRESH, '1w', NOW)
    expect(range.endMs - range.startMs).toBe(7 * DAY_MS)
  })

  it('takes a custom span as it is, and ignores one that runs backwards', () => {
    const custom = { range: null, from: NOW - 3 * HOUR_MS, to: NOW - HOUR_MS }
    expect(resolveRange(custom, FRESH, '1h', NOW)).toMatchObject({ preset: 'custom', endMs: NOW - HOUR_MS })
    const backwards = { range: null, from: NOW + DAY_MS, to: NOW }
    expect(resolveRange(backwards, FRESH, '1h', NOW).preset).toBe('14d')
  })

  it('reads ten years at most', () => {
    const range = resolveRange({ range: null, from: 0, to: NOW }, FRESH, '1h', NOW)
    expect(range.endMs - range.startMs).toBeLessThanOrEqual(3_653 * DAY_MS)
  })
})
