import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { instantOfNumber, instantOfText } from '@/lib/ingest/parse-timestamp'

const AT = Date.UTC(2026, 10, 21, 10, 20, 30)

describe('an instant', () => {
  it('is read back from every form of ISO 8601 that dates print', () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date('2099-12-31'), noInvalidDate: true }), (date) => {
        expect(instantOfText(date.toISOString())).toBe(date.getTime())
      }),
    )
  })

  it.each([
    ['2026-11-21T10:20:30Z', AT],
    ['2026-11-21T10:20:30', AT],
    ['2026-11-21 10:20:30', AT],
    ['2026-11-21t10:20:30z', AT],
    ['2026-11-21T12:20:30+02:00', AT],
    ['2026-11-21T12:20:30+0200', AT],
    ['2026-11-21T12:20:30+02', AT],
    ['2026-11-21T06:50:30-03:30', AT],
    ['2026-11-21T10:20:30.5Z', AT + 500],
    ['2026-11-21T10:20:30.123456789Z', AT + 123],
    ['2026-11-21T10:20Z', AT - 30_000],
    ['2026-11-21', Date.UTC(2026, 10, 21)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1)],
    ['1795256430', 1_795_256_430_000],
    ['1795256430123456789', 1_795_256_430_123],
    // Clocks put back and forward in Germany: the offset decides, not the wall clock.
    ['2026-10-25T02:30:00+02:00', Date.UTC(2026, 9, 25, 0, 30)],
    ['2026-10-25T02:30:00+01:00', Date.UTC(2026, 9, 25, 1, 30)],
  ])('is read from %s', (text, expected) => {
    expect(instantOfText(text)).toBe(expected)
  })

  it.each([
    '',
    'now',
    'yesterday at ten',
    '2026-13-01',
    '2026-02-29',
    '2026-11-31',
    '2026-11-00',
    '2026-11-21T24:00:00Z',
    '2026-11-21T10:60:00Z',
    '2026-11-21T10:20:61Z',
    '2026-11-21T10:20:30.Z',
    '2026-11-21T10:20:30X',
    '2026-11-21T10:20:30+2:00',
    '2026-11-21T10:20:30+02:00 ',
    '2026-11-21x10:20:30Z',
    '2026-11-2',
    '26-11-2021 10:00',
    'Sat, 21 Nov 2026 10:20:30 GMT',
    '1e12',
    '0x10',
  ])('is not read from "%s"', (text) => {
    expect(instantOfText(text)).toBeNaN()
  })

  it.each([
    [1_795_256_430, 1_795_256_430_000],
    [1_795_256_430.25, 1_795_256_430_250],
    [1_795_256_430_123, 1_795_256_430_123],
    [1_795_256_430_123_456, 1_795_256_430_123],
    [1_795_256_430_123_456_800, 1_795_256_430_123],
    [-1, -1_000],
  ])('is told by the magnitude of %d', (value, expected) => {
    expect(instantOfNumber(value)).toBe(expected)
  })
})
