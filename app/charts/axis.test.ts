import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { timeTicks, valueTicks } from '@/app/charts/axis'

describe('ticks', () => {
  it('of values are few, ascending, and hold the values between them', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
        (low, span) => {
          // Ticks keep twelve digits; a span below that is a flat line.
          fc.pre(span > Math.abs(low) * 1e-6)
          const ticks = valueTicks(low, low + span)
          expect(ticks.length).toBeGreaterThanOrEqual(2)
          expect(ticks.length).toBeLessThanOrEqual(6)
          expect(ticks[0]).toBeLessThanOrEqual(low + span * 1e-6)
          expect(ticks.at(-1)).toBeGreaterThanOrEqual(low + span * (1 - 1e-6))
        },
      ),
    )
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
