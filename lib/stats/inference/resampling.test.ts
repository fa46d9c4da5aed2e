import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bootstrap } from '@/lib/stats/inference/bootstrap'
import { jackknifeError } from '@/lib/stats/inference/jackknife'
import { medianOf } from '@/lib/stats/quantile'
import { deviationOf, meanOf } from '@/lib/stats/sum'
import { hostileNumber, nonFiniteIn } from '@/lib/stats/testing'

const STATISTICS = [meanOf, medianOf, deviationOf]
const sample = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 30 })

describe('bootstrap', () => {
  it('gives the same answer for the same seed, leaves the sample alone, and keeps its interval in order', () => {
    fc.assert(
      fc.property(sample, fc.integer(), fc.constantFrom(...STATISTICS), (values, seed, statistic) => {
        const before = [...values]
        const answer = bootstrap(values, statistic, { seed, resamples: 40 })
        expect(bootstrap(values, statistic, { seed, resamples: 40 })).toEqual(answer)
        expect(values).toEqual(before)
        if (answer.status !== 'ok') throw new Error(answer.reason)
        expect(answer.lower).toBeLessThanOrEqual(answer.upper)
        expect(answer.standardError).toBeGreaterThanOrEqual(0)
      }),
    )
  })
  it('gives a finite answer or a reason for hostile values, never NaN', () => {
    fc.assert(
      fc.property(
        fc.array(hostileNumber, { maxLength: 20 }),
        fc.constantFrom(...STATISTICS),
        (values, statistic) => {
          const answers = [
            bootstrap(values, statistic, { seed: 1, resamples: 20 }),
            jackknifeError(values, statistic),
          ]
          expect(nonFiniteIn(answers)).toEqual([])
        },
      ),
    )
  })
  it('differs between seeds', () => {
    const values = Array.from({ length: 50 }, (_, i) => i * i)
    const ends = [1, 2, 3].map((seed) => bootstrap(values, meanOf, { seed, resamples: 50 }))
    expect(new Set(ends.map((answer) => JSON.stringify({ ...answer, seed: 0 }))).size).toBe(3)
  })
  it('has no width for a constant sample, and no answer for what it cannot read', () => {
    expect(bootstrap([2, 2, 2], meanOf, { seed: 1 })).toMatchObject({ lower: 2, upper: 2, standardError: 0 })
    expect(bootstrap([], meanOf, { seed: 1 })).toMatchObject({ reason: 'too_few_values' })
    expect(bootstrap([1, Number.NaN], meanOf, { seed: 1 })).toMatchObject({ reason: 'invalid_value' })
    expect(bootstrap([1, 2], () => null, { seed: 1 })).toMatchObject({ reason: 'invalid_value' })
  })
})

describe('jackknifeError', () => {
  it('is the standard error of a mean', () => {
    fc.assert(
      fc.property(sample, (values) => {
        const n = values.length
        const answer = jackknifeError(values, meanOf)
        if (answer.status !== 'ok') throw new Error(answer.reason)
        const expected = (deviationOf(values) ?? 0) / Math.sqrt(n - 1)
        expect(Math.abs(answer.value - expected)).toBeLessThanOrEqual(1e-9 * (1 + expected))
      }),
    )
  })
  it('needs two rows', () => {
    expect(jackknifeError([1], meanOf)).toMatchObject({ reason: 'too_few_values' })
    expect(jackknifeError([1, Number.NaN], meanOf)).toMatchObject({ reason: 'invalid_value' })
  })
})
