import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatAxis, timeTicks, valueTicks } from '@/app/charts/axis'
import { formatTick } from '@/app/format'

describe('ticks', () => {
  it('of values are few, ascending, and hold the values between them', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        (low, span) => {
          const ticks = valueTicks(low, low + span)
          expect(ticks.length).toBeGreaterThanOrEqual(2)
          expect(ticks.length).toBeLessThanOrEqual(6)
          expect(ticks).toEqual([...new Set(ticks)].sort((a, b) => a - b))
          // One step of a double's resolution is the most that any tick can be off.
          const slack = span * 1e-6 + Number.EPSILON * Math.abs(low)
          expect(ticks[0]).toBeLessThanOrEqual(low + slack)
          expect(ticks.at(-1)).toBeGreaterThanOrEqual(low + span - slack)
        },
      ),
      { numRuns: 2_000 },
    )
  })

  it('of values are the round numbers themselves, also where the span is tiny beside the value', () => {
    expect(valueTicks(0, 0.3)).toEqual([0, 0.1, 0.2, 0.3])
    expect(valueTicks(123_456, 123_456.000_03)).toEqual([
      123_456, 123_456.000_01, 123_456.000_02, 123_456.000_03,
    ])
  })

  it('of a rate are round in one unit of time, without exponents', () => {
    for (const [top, texts] of [
      [3e-4, ['0', '0.5/h', '1/h', '1.5/h']],
      [2.2, ['0', '1/s', '2/s', '3/s']],
      [1e-6, ['0', '0.05/d', '0.1/d']],
    ] as const) {
      const ticks = valueTicks(0, top, 'per_second')
      expect(ticks.map((tick) => formatAxis(tick, 'per_second', ticks.at(-1)))).toEqual(texts)
    }
  })

  it('of a day and a half name the day at midnight', () => {
    const [start, spanMs] = [Date.UTC(2026, 10, 7, 13), 36 * 3_600_000]
    const labels = timeTicks(start, start + spanMs, 8).map((tick) => formatTick(tick, spanMs, 'UTC'))
    expect(labels).toEqual(['18:00', '8 Nov', '06:00', '12:00', '18:00', '9 Nov'])
  })

  it('of bytes are round in the unit they are written in', () => {
    const ticks = valueTicks(0, 700 * 1024 ** 2, 'bytes')
    expect(ticks.map((tick) => formatAxis(tick, 'bytes'))).toEqual(['0 B', '250 MiB', '500 MiB', '750 MiB'])
  })

  it('of time never carry the same label twice', () => {
    const start = Date.UTC(2026, 10, 7, 13, 20)
    for (const days of [0.1, 1, 2.1, 3, 4, 7, 30, 90, 200, 700]) {
      const spanMs = days * 86_400_000
      const labels = timeTicks(start, start + spanMs, 8).map((tick) => formatTick(tick, spanMs, 'UTC'))
      expect(new Set(labels).size, `${days} days: ${labels}`).toBe(labels.length)
    }
  })

  it('of time stand on round instants and never crowd', () => {
    const start = Date.UTC(2026, 10, 7, 13, 20)
    for (const days of [0.1, 1, 7, 14, 90, 365, 3_000]) {
      const ticks = timeTicks(start, start + days * 86_400_000, 8)
      expect(ticks.length).toBeGreaterThan(0)
      expect(ticks.length).toBeLessThanOrEqual(12)
      for (const tick of ticks) expect(tick % 60_000).toBe(0)
    }
  })
})
