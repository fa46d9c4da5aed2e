import { describe, expect, it } from 'vitest'
import { createKeyThrottle, networkOf } from '@/lib/access/key-throttle'

const small = () => createKeyThrottle({ burst: 3, perSecond: 1 }, { burst: 5, perSecond: 1 })

describe('the brake on wrong keys', () => {
  it('lets some pass, then names a wait, and fills up again with time', () => {
    const throttle = small()
    const fail = (nowMs: number) => throttle.failed('x', '10.0.0.1', nowMs)
    for (let i = 0; i < 3; i++) expect(fail(0)).toEqual({ waitMs: 0, isNew: false })
    expect(fail(0)).toEqual({ waitMs: 1_000, isNew: true })
    expect(fail(400)).toEqual({ waitMs: 600, isNew: false })
    expect(fail(1_000).waitMs).toBe(0)
    expect(fail(60_000).waitMs).toBe(0)
    // A clock that is set back neither frees nor locks anybody.
    expect(fail(0).waitMs).toBe(0)
  })

  it('counts each network by itself, and one prefix over all networks', () => {
    const throttle = small()
    for (let i = 0; i < 4; i++) throttle.failed('x', '10.0.0.1', 0)
    expect(throttle.failed('x', '10.0.0.2', 0).waitMs).toBe(0)
    for (let i = 0; i < 5; i++) throttle.failed(`plb_abcdef${i}`, `10.1.0.${i}`, 0)
    expect(throttle.failed('plb_abcdefzzz', '10.1.1.1', 0).waitMs).toBe(1_000)
    expect(throttle.failed('plb_ghijklzzz', '10.1.1.2', 0).waitMs).toBe(0)
  })

  it('keeps a bounded number of networks and prefixes', () => {
    const throttle = small()
    for (let i = 0; i < 50_000; i++)
      throttle.failed(`plb_${String(i).padStart(6, '0')}`, `10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`, i)
    expect(throttle.size).toBe(20_000)
  })
})

describe('networkOf', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0DB8::1', '2001:db8:0:0::/64'],
    ['2001:db8:1:2::', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
