import { describe, expect, it } from 'vitest'
import type { KeyQuota } from '@/db/contracts/access-records'
import { KeyQuotas } from '@/lib/access/key-quota'
import type { Principal } from '@/lib/access/principal'

const key = (keyId: number, quota?: Partial<KeyQuota>, clientId = keyId): Principal => ({
  kind: 'key',
  keyId,
  clientId,
  name: 'k',
  scopes: ['ingest'],
  ...(quota ? { quota: { recordsPerSecond: null, bytesPerSecond: null, ...quota } } : {}),
})

/** Seconds that a request at this instant is told to wait; 0 when it is taken. */
function waitOf(quotas: KeyQuotas, principal: Principal, nowMs: number): number {
  try {
    quotas.admit(principal, nowMs)
    return 0
  } catch (error) {
    expect(error).toMatchObject({ code: 'limited', details: { reason: 'quota_exceeded' } })
    return (error as { details: { retryAfterSeconds: number } }).details.retryAfterSeconds
  }
}

describe('a quota', () => {
  it('never stands in the way of keys that have none', () => {
    const quotas = new KeyQuotas()
    const free = key(1)
    quotas.spend(free, { records: 1e9, bytes: 1e12 }, 0)
    expect(waitOf(quotas, free, 0)).toBe(0)
  })

  it('takes a large request whole, and then waits until it is paid for', () => {
    const quotas = new KeyQuotas()
    const slow = key(1, { recordsPerSecond: 10 })
    expect(waitOf(quotas, slow, 0)).toBe(0)
    quotas.spend(slow, { records: 100, bytes: 1e9 }, 0)
    expect(waitOf(quotas, slow, 0)).toBe(9)
    expect(waitOf(quotas, slow, 7_900)).toBe(1)
    expect(waitOf(quotas, slow, 8_100)).toBe(0)
  })

  it('lets nothing but two seconds be saved up, and holds the mean over time', () => {
    const quotas = new KeyQuotas()
    const slow = key(1, { bytesPerSecond: 1_000 })
    let taken = 0
    for (let atMs = 0; atMs < 100_000; atMs += 10) {
      if (waitOf(quotas, slow, atMs) > 0) continue
      quotas.spend(slow, { records: 1, bytes: 300 }, atMs)
      taken += 300
    }
    expect(taken).toBeGreaterThanOrEqual(100_000)
    expect(taken).toBeLessThanOrEqual(102_400)
  })

  it('is one for all keys of a client, and another for each client', () => {
    const quotas = new KeyQuotas()
    quotas.spend(key(1, { recordsPerSecond: 1 }), { records: 50, bytes: 1 }, 0)
    expect(waitOf(quotas, key(7, { recordsPerSecond: 1 }, 1), 0)).toBeGreaterThan(0)
    expect(waitOf(quotas, key(8, { recordsPerSecond: 1 }), 0)).toBe(0)
  })

  it('holds from the moment it is changed', () => {
    const quotas = new KeyQuotas()
    quotas.spend(key(1, { recordsPerSecond: 1 }), { records: 1_000, bytes: 1 }, 0)
    expect(waitOf(quotas, key(1, { recordsPerSecond: 1 }), 0)).toBe(300)
    expect(waitOf(quotas, key(1, { recordsPerSecond: 10_000 }), 1_000)).toBe(0)
    expect(waitOf(quotas, key(1), 0)).toBe(0)
  })

  it('does not count backwards when the clock is set back', () => {
    const quotas = new KeyQuotas()
    const slow = key(1, { recordsPerSecond: 10 })
    quotas.spend(slow, { records: 21, bytes: 1 }, 1_000_000)
    expect(waitOf(quotas, slow, 0)).toBe(1)
    expect(waitOf(quotas, slow, 1_000)).toBe(0)
  })
})
