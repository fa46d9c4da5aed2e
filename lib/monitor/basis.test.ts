import { describe, expect, it } from 'vitest'
import { DRIFT_MONITOR } from '@/lib/domain/testing'
import { HOUR_MS } from '@/lib/domain/time'
import { monitorAsOf, RULE } from '@/lib/monitor/basis'
import { digestValues } from '@/lib/monitor/digest-values'
import { columnProfile, judge, normals, START_MS, storedProfile, trafficSummary } from '@/lib/monitor/testing'

const income = columnProfile('Income', normals(3_000, 50, 10, 1))
const profile = storedProfile([income])

describe('the basis of an evaluation', () => {
  it('says by which rule, baseline, method, floor and budget it was judged', () => {
    const judged = judge(profile, { columns: { Income: normals(800, 50, 10, 2) } })
    expect(judged.get('drift Income')?.detail.basis).toEqual({
      rule: RULE,
      profile: profile.id,
      method: 'ks',
      floor: 0.1,
      tests: 1,
      budget: 1,
      cadence: '1h',
    })
  })

  it('marks what earlier windows gave, and keeps the part that records could fill', () => {
    const throughput = Array.from({ length: 30 }, (_, i) => 1 + (i % 3) / 10)
    const window = (trailing: readonly number[]) =>
      judge(profile, {
        traffic: trafficSummary(4_000),
        trailing: new Map([['throughput', trailing]]),
        version: { firstRecordMs: START_MS + HOUR_MS / 4 },
      }).get('throughput')?.detail.basis
    const basis = window(throughput)
    expect(basis?.covered).toEqual([START_MS + HOUR_MS / 4, START_MS + HOUR_MS])
    expect(basis?.earlier).toEqual({ values: 30, digest: digestValues(throughput) })
    expect(window(throughput.with(7, 1.1000001))?.earlier?.digest).not.toBe(basis?.earlier?.digest)
  })

  it('is left out where nothing is kept', () => {
    const judged = judge(profile, { columns: { Income: normals(800, 50, 10, 2) }, withDetail: false })
    expect(judged.get('drift Income')?.detail.basis).toBeUndefined()
  })

  it('gives a monitor back as it was', () => {
    const judged = judge(profile, { columns: { Income: normals(800, 50, 10, 2) } })
    const { basis } = judged.get('drift Income')?.detail ?? {}
    const policy = { fireCount: 1, fireOf: 1, recoverCount: 1, recoverShare: 1 }
    const now = {
      ...DRIFT_MONITOR,
      id: 1,
      versionId: 1,
      profileId: profile.id,
      column: { family: 'input', name: 'Income' },
      method: 'psi',
      effectFloor: 0.4,
      policy,
      enabled: false,
    } as const
    expect(monitorAsOf(now, basis)).toEqual({ ...now, method: 'ks', effectFloor: 0.1, enabled: true })
    expect(monitorAsOf(now, undefined)).toEqual({ ...now, enabled: true })
  })
})

describe('the mark of numbers', () => {
  it('differs for other numbers, another order, and another sign of zero', () => {
    const marks = [[], [0], [-0], [1, 2], [2, 1], [1, 2, 0]].map(digestValues)
    expect(new Set(marks).size).toBe(marks.length)
    expect(digestValues([1, 2])).toBe(digestValues([1, 2]))
    expect(digestValues([1.5])).toMatch(/^[0-9a-f]{16}$/)
  })
})
