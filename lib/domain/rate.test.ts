import { describe, expect, it } from 'vitest'
import { readableRate } from '@/lib/domain/rate'

describe('readableRate', () => {
  it.each([
    [12, 'second'],
    [1, 'second'],
    [0.25, 'minute'],
    [8.1e-3, 'hour'],
    [8.1e-5, 'day'],
    [1e-9, 'day'],
    [0, 'day'],
  ])('reads %f a second by the %s', (perSecond, unit) => {
    expect(readableRate(perSecond).unit).toBe(unit)
  })
})
