import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chiSquareContingency, chiSquareGoodnessOfFit, mergeRare } from '@/lib/stats/categorical/chi-square'
import { fisherExact } from '@/lib/stats/categorical/fisher-exact'
import { lInfinity } from '@/lib/stats/categorical/l-infinity'
import { totalVariation } from '@/lib/stats/categorical/total-variation'
import { twoProportionZ } from '@/lib/stats/categorical/two-proportion-z'
import type { Score } from '@/lib/stats/outcome'

const NO_COUNTS = [Number.NaN, -1, Number.POSITIVE_INFINITY, '5', null] as unknown as number[]
const sound = fc.oneof(
  fc.integer({ min: 0, max: 1000 }),
  fc.constantFrom(0, 1, 5e-324, 1e-300, 1e300, Number.MAX_VALUE / 8),
)
const counts = fc.array(sound, { minLength: 4, maxLength: 4 })
const KERNELS: Readonly<Record<string, (a: readonly number[], b: readonly number[]) => Score>> = {
  chiSquareContingency,
  chiSquareGoodnessOfFit,
  chiSquareOfMerged: (a, b) => {
    const merged = mergeRare(a, b)
    return chiSquareContingency(merged.reference, merged.current)
  },
  lInfinity,
  totalVariation,
}

describe.each(Object.entries(KERNELS))('%s', (name, kernel) => {
  it('answers a number or a reason for the largest and smallest counts', () => {
    fc.assert(
      fc.property(counts, counts, (reference, current) => {
        const score = kernel(reference, current)
        if (score.status !== 'ok') return
        expect(score.value).toBeGreaterThanOrEqual(0)
        if (name !== 'chiSquareGoodnessOfFit') expect(score.value).toBeLessThan(Number.POSITIVE_INFINITY)
        expect(score.pValue ?? 0).toBeGreaterThanOrEqual(0)
        expect(score.pValue ?? 0).toBeLessThanOrEqual(1)
      }),
      { numRuns: 500 },
    )
  })

  it('adds up what is finite only term by term', () => {
    const score = kernel([435, 1, 135, 645], [0, 0, 2.2471164185778946e307, 0])
    if (score.status === 'ok') expect(score.value).toBeGreaterThanOrEqual(0)
  })

  it('refuses what is no count, on either side, and lists of different lengths', () => {
    for (const wrong of NO_COUNTS) {
      expect(kernel([8, wrong, 9], [9, 7, 8])).toEqual({ status: 'undefined', reason: 'invalid_value' })
      expect(kernel([8, 9, 9], [9, wrong, 8])).toEqual({ status: 'undefined', reason: 'invalid_value' })
    }
    expect(kernel([8, 9], [9, 7, 8]).status).toBe('undefined')
    expect(kernel([8, 9, 7], [9, 7]).status).toBe('undefined')
    expect(kernel([0, 0], [9, 7])).toEqual({ status: 'undefined', reason: 'too_few_values' })
    expect(kernel([], [])).toEqual({ status: 'undefined', reason: 'too_few_values' })
  })

  it('gives the number of its header', () => {
    const value = { chiSquareContingency: 5.4, chiSquareGoodnessOfFit: 15, chiSquareOfMerged: 5.4 }[name]
    const score = kernel([10, 20], [20, 10])
    expect(score.status === 'ok' && score.value).toBeCloseTo(value ?? 1 / 3, 12)
  })
})

describe('tests of two shares', () => {
  it('refuse what is no count, and more successes than rows', () => {
    const sane = { successes: 4, n: 10 }
    for (const wrong of [...NO_COUNTS, 11]) {
      expect(twoProportionZ(sane, { successes: wrong, n: 10 })).toMatchObject({ reason: 'invalid_value' })
      expect(twoProportionZ({ successes: wrong, n: 10 }, sane)).toMatchObject({ reason: 'invalid_value' })
    }
    for (const wrong of [...NO_COUNTS, 1.5, 2 ** 53]) {
      expect(fisherExact({ a: wrong, b: 3, c: 2, d: 1 })).toMatchObject({ reason: 'invalid_value' })
      expect(fisherExact({ a: 1, b: 3, c: 2, d: wrong })).toMatchObject({ reason: 'invalid_value' })
    }
    expect(fisherExact({ a: 3, b: 1, c: 1, d: 3 })).toMatchObject({ status: 'ok' })
  })
})
