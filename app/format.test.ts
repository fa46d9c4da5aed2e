import { describe, expect, it } from 'vitest'
import {
  formatAgo,
  formatCount,
  formatNumber,
  formatP,
  formatPair,
  formatShare,
  formatSpan,
  formatValue,
  inZone,
  keepUnits,
} from '@/app/format'

describe('values beside their limit', () => {
  it('have the same decimals and the same unit', () => {
    expect(formatPair(0.3127, 0.1, 'distance')).toEqual(['0.313', '0.100'])
    expect(formatPair(0.123, 0.05, 'share')).toEqual(['12.3 %', '5.0 %'])
    expect(formatPair(2e-4, 12 / 3_600, 'per_second')).toEqual(['0.7/h', '12.0/h'])
    expect(formatPair(null, 0.1, 'distance')).toEqual(['–', '0.1'])
    expect(formatPair(1_234, 900, 'count')).toEqual(['1,234', '900'])
  })

  it('are plain numbers for rare events too', () => {
    expect(formatValue(3e-4, 'per_second')).toBe('1.08/h')
    expect(formatValue(0, 'per_second', 3e-4)).toBe('0/h')
  })
})

describe('numbers for people', () => {
  it('have a true minus sign, also in exponents', () => {
    expect([formatNumber(-1.5), formatNumber(-1_234), formatNumber(-2e-5), formatCount(-12)]).toEqual([
      '−1.5',
      '−1,234',
      '−2.00e−5',
      '−12',
    ])
    expect([formatShare(-0.123), formatShare(-0.0004), formatP(0.0002)]).toEqual([
      '−12.3 %',
      '−0.04 %',
      '2.0e−4',
    ])
    expect(formatPair(-0.3, -0.1, 'number')).toEqual(['−0.3', '−0.1'])
  })

  it('stay on one line with their units', () => {
    expect(keepUnits('90 ms; usual is 2.0 % (limit 3 %), 4 models')).toBe(
      '90\u00a0ms; usual is 2.0\u00a0% (limit 3\u00a0%), 4 models',
    )
    expect(keepUnits('lower (KS 0.45 > 0.10)')).toBe('lower (KS 0.45\u00a0>\u00a00.10)')
  })
})

describe('instants', () => {
  const now = Date.UTC(2026, 10, 21)

  it('become dates when they are a year old or more', () => {
    expect(formatAgo(now - 3 * 86_400_000, now)).toBe('3 d ago')
    expect(formatAgo(Date.UTC(2022, 4, 9, 23, 30), now, 'Europe/Berlin')).toBe('10 May 2022')
  })

  it('of a span name the days it covers', () => {
    expect(formatSpan(Date.UTC(2021, 5, 3), Date.UTC(2022, 4, 1), 'UTC')).toBe('3 Jun 2021 – 30 Apr 2022')
    expect(formatSpan(Date.UTC(2021, 5, 3, 10), Date.UTC(2021, 5, 3, 12), 'UTC')).toBe(
      '3 Jun 2021, 10:00 – 12:00',
    )
  })

  it('in stored sentences are read in the zone of the viewer', () => {
    expect(inZone('Moved since Tuesday 2026-11-17 14:00 UTC. KS 0.31.', 'Asia/Tokyo')).toBe(
      'Moved since Tue, 17 Nov 2026, 23:00 (Asia/Tokyo). KS 0.31.',
    )
    expect(inZone('Until 2026-11-17T14:00:00Z: campaign', 'UTC')).toBe(
      'Until Tue, 17 Nov 2026, 14:00 UTC: campaign',
    )
  })
})
