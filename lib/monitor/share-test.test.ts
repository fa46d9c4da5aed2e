import { describe, expect, it } from 'vitest'
import { testShare } from '@/lib/monitor/share-test'
import { createMulberry32 } from '@/lib/stats/mulberry32'

const fault = (count: number, n: number, referenceCount = 0, referenceN = 10_000) =>
  testShare({ count, n, referenceCount, referenceN }, { floor: 0.01, tests: 10, alpha: 0.001 })

describe('testShare', () => {
  it('does not take one odd row of a small window for a surge', () => {
    const one = fault(1, 20)
    expect(one.limitRatio).toBeGreaterThan(1)
    expect(one.pValue).toBeGreaterThan(0.001)
    expect(one.isEnough).toBe(false)
  })

  it('is sure of a share that the reference never had, from few hundred rows on', () => {
    const surge = fault(10, 400)
    expect(surge.pValue).toBeLessThan(1e-6)
    expect(surge.limitRatio).toBeCloseTo(2.5)
    expect(surge.neededN).toBe(300)
    expect(fault(0, 400)).toMatchObject({ isEnough: true, limitRatio: 0, pValue: 1 })
  })

  it('measures the rise over what the reference has, not the share itself', () => {
    const usual = fault(100, 1_000, 1_000)
    expect(usual.referenceShare).toBe(0.1)
    expect(usual.limit).toBeCloseTo(0.11)
    expect(usual.limitRatio).toBeLessThan(1)
  })

  it('allows what an expectation allows', () => {
    const counts = { count: 40, n: 1_000, referenceCount: 0, referenceN: 10_000 }
    expect(testShare(counts, { floor: 0.01, allowed: 0.05, alpha: 0.001 }).limitRatio).toBeLessThan(1)
  })

  it('finds a rise by the floor at the number of rows it asks for about half of the time or more', () => {
    const random = createMulberry32(5)
    const needed =
      testShare({ count: 0, n: 1, referenceCount: 500, referenceN: 10_000 }, { floor: 0.03, alpha: 0.001 })
        .neededN ?? 0
    let found = 0
    for (let round = 0; round < 400; round++) {
      let count = 0
      for (let i = 0; i < needed; i++) if (random.uniform() < 0.08) count++
      const test = testShare(
        { count, n: needed, referenceCount: 500, referenceN: 10_000 },
        { floor: 0.03, alpha: 0.001 },
      )
      if (test.pValue < 0.001) found++
    }
    expect(found / 400).toBeGreaterThan(0.42)
    expect(found / 400).toBeLessThan(0.7)
  })
})
