import fc from 'fast-check'
import { expect, it } from 'vitest'
import { packSeries, unpackSeries } from '@/app/charts/packed-series'
import type { ChartPoint } from '@/lib/queries/chart-point'

const value = fc.option(fc.integer({ min: -999_999, max: 999_999 }).map((digits) => digits / 1_000))
const point: fc.Arbitrary<ChartPoint> = fc.record({
  startMs: fc.integer({ min: 0, max: 2e12 }),
  endMs: fc.integer({ min: 2e12, max: 3e12 }),
  value,
  limit: value,
  n: fc.nat(),
  verdict: fc.constantFrom(null, 'ok', 'drift', 'not_enough_data'),
  isRevised: fc.boolean(),
  isPartial: fc.boolean(),
  note: fc.option(fc.string()),
})

it('comes out as it went in, to six digits', () => {
  fc.assert(
    fc.property(fc.array(point), (points) => {
      const series = { label: 'v1', tone: 'current', points } as const
      expect(unpackSeries(JSON.parse(JSON.stringify(packSeries(series))))).toEqual(series)
    }),
  )
})

it('is a third as long', () => {
  const points = Array.from({ length: 360 }, (_, index) => ({
    startMs: Date.UTC(2026, 0, 1) + index * 7_200_000,
    endMs: Date.UTC(2026, 0, 1) + (index + 1) * 7_200_000,
    value: Math.sin(index),
    limit: 1,
    n: 60,
    verdict: 'ok' as const,
    isRevised: false,
    isPartial: false,
    note: 'income',
  }))
  const series = { label: 'v1', tone: 'current', points } as const
  expect(JSON.stringify(packSeries(series)).length).toBeLessThan(JSON.stringify(series).length / 3)
})
