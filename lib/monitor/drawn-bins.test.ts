import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawnBins } from '@/lib/monitor/drawn-bins'
import { pairOf } from '@/lib/monitor/pair'
import { prepareReference, referenceColumn } from '@/lib/monitor/reference'
import { columnProfile, normals, storedProfile, summaryOf } from '@/lib/monitor/testing'

function binsOf(reference: readonly number[], current: readonly number[]) {
  const profile = columnProfile('x', reference)
  const column = referenceColumn(prepareReference(storedProfile([profile])), profile)
  return drawnBins(pairOf(column, summaryOf(profile, current)))
}

describe('drawnBins', () => {
  it('draws continuous values on ascending edges, with open ends only where something lies', () => {
    const bins = binsOf(normals(5_000, 0, 1, 1), normals(500, 0.5, 1, 2))
    expect(bins.labels).toBeUndefined()
    expect(bins.edges?.[0]).not.toBeNull()
    const beyond = binsOf(normals(5_000, 0, 1, 1), normals(500, 30, 1, 2))
    expect(beyond.edges?.at(-1)).toBeNull()
    expect(beyond.current.at(-1)).toBe(1)
  })

  it('draws few values as values', () => {
    const zeroOne = Array.from({ length: 400 }, (_, i) => i % 2)
    expect(binsOf(zeroOne, [0, 1, 1, 1])).toEqual({
      labels: ['0', '1'],
      reference: [0.5, 0.5],
      current: [0.25, 0.75],
    })
    expect(binsOf(zeroOne, [0, 0.5, 7, 1]).labels).toEqual(['0', '1', 'other values'])
  })

  it('keeps bins apart on values with a large offset', () => {
    const far = normals(2_000, 1e9, 0.001, 3)
    const edges = (binsOf(far, far).edges ?? []).filter((edge) => edge !== null)
    expect(new Set(edges).size).toBe(edges.length)
  })

  it('has at most 40 bins whose shares add up to one, whatever the values', () => {
    const values = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), {
      minLength: 1,
      maxLength: 200,
    })
    fc.assert(
      fc.property(values, values, (reference, current) => {
        const bins = binsOf(reference, current)
        expect(bins.reference.length).toBeLessThanOrEqual(40)
        expect(bins.current.length).toBe(bins.reference.length)
        expect((bins.edges ?? bins.labels)?.length).toBe(bins.reference.length + (bins.edges ? 1 : 0))
        const sum = bins.current.reduce((total, share) => total + share, 0)
        expect(Math.abs(sum - 1)).toBeLessThan(1e-3)
      }),
    )
  })
})
