import { describe, expect, it } from 'vitest'
import { type DeliveryResult, parseRetryAfter, retryDelayMs } from '@/lib/channels/delivery-result'

const failed = (change: object = {}): Extract<DeliveryResult, { outcome: 'retry' }> => ({
  outcome: 'retry',
  status: 500,
  reason: 'http_500',
  afterMs: null,
  slow: false,
  ...change,
})

describe('the wait before the next attempt', () => {
  it('doubles from five seconds to an hour', () => {
    expect([1, 2, 3, 4, 11, 30].map((attempts) => retryDelayMs(failed(), attempts, 1))).toEqual([
      5_000, 10_000, 20_000, 40_000, 3_600_000, 3_600_000,
    ])
  })

  it('is spread by a fifth', () => {
    expect(retryDelayMs(failed(), 1, 0)).toBe(4_000)
    expect(retryDelayMs(failed(), 1, 0.5)).toBe(4_500)
  })

  it('is slow where only a person can help', () => {
    expect(retryDelayMs(failed({ slow: true }), 1, 1)).toBe(600_000)
    expect(retryDelayMs(failed({ slow: true }), 20, 1)).toBe(3_600_000)
  })

  it('is what the receiver asked for, never sooner, at most an hour', () => {
    expect(retryDelayMs(failed({ afterMs: 60_000 }), 1, 0)).toBe(60_000)
    expect(retryDelayMs(failed({ afterMs: 60_000 }), 1, 1)).toBe(66_000)
    expect(retryDelayMs(failed({ afterMs: 3_600_000 }), 1, 1)).toBe(3_600_000)
  })

  it('ignores a Retry-After that makes no sense', () => {
    const nowMs = Date.UTC(2026, 10, 21)
    expect(parseRetryAfter('', nowMs)).toBeNull()
    expect(parseRetryAfter('1e9', nowMs)).toBeNull()
    expect(parseRetryAfter('Fri, 20 Nov 2026 00:00:00 GMT', nowMs)).toBeNull()
    expect(parseRetryAfter(undefined, nowMs)).toBeNull()
    expect(parseRetryAfter('9'.repeat(400), nowMs)).toBeNull()
  })
})
