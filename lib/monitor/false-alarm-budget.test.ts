import { describe, expect, it } from 'vitest'
import { CADENCES } from '@/lib/domain/time'
import { alphaOf, windowsPerFortnight } from '@/lib/monitor/false-alarm-budget'

describe('alphaOf', () => {
  it('is a thousandth for one alert a fortnight at hourly windows', () => {
    expect(windowsPerFortnight('1h')).toBe(336)
    expect(alphaOf(1, '1h')).toBeCloseTo(0.001, 4)
  })

  it('spends the same budget on fewer windows more freely, within its bounds', () => {
    const alphas = CADENCES.map((cadence) => alphaOf(1, cadence))
    expect([...alphas].sort((a, b) => a - b)).toEqual(alphas)
    expect(alphaOf(14, '1w')).toBe(0.01)
    expect(alphaOf(0.01, '1m')).toBe(1e-6)
    expect(alphaOf(2, '1h')).toBeCloseTo(2 * alphaOf(1, '1h'), 12)
  })
})
