import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AGGREGATES, type Aggregate } from '@/lib/domain/custom-metric'
import { decodeSummary, encodeSummary, mergeEncoded } from '@/lib/summary/codec'
import {
  CustomFold,
  type CustomOutcome,
  type CustomSummary,
  customError,
  customValue,
  emptyCustom,
  isEmptyCustom,
} from '@/lib/summary/custom'
import { TotalBuffer, totalToNumber } from '@/lib/summary/exact-total'

const value = (of: number): CustomOutcome => ({ kind: 'value', value: of, reason: 'absent' })

function fold(aggregate: Aggregate, outcomes: readonly CustomOutcome[]): CustomSummary {
  const made = new CustomFold(aggregate)
  for (const outcome of outcomes) made.add(outcome)
  return made.finish()
}

const doubles = fc.double({ noNaN: true, noDefaultInfinity: true })
const outcomes = fc.array(
  fc.record({
    kind: fc.constantFrom('value', 'missing', 'outside', 'undecided'),
    value: doubles,
    reason: fc.constantFrom('absent', 'wrong_type', 'no_result'),
  }) as fc.Arbitrary<CustomOutcome>,
  { maxLength: 30 },
)

describe('exact totals', () => {
  it('round to the double that is nearest to the true sum', () => {
    const named: readonly (readonly [readonly number[], number])[] = [
      [[0.1, 0.2, 0.3], 0.6],
      [[1e308, 1, -1e308], 1],
      [[1e16, 1, 1, 1, 1], 1e16 + 4],
      [[5e-324, 5e-324], 1e-323],
      [[2 ** 53, 1], 2 ** 53],
      [[2 ** 53, 1, 2 ** -1070], 2 ** 53 + 2],
      [[-1e300, -1e-300], -1e300],
      [[1.7e308, 1.7e308], Number.MAX_VALUE],
      [[], 0],
    ]
    for (const [values, sum] of named) {
      const buffer = new TotalBuffer()
      for (const each of values) buffer.add(each)
      expect(totalToNumber(buffer.total())).toBe(sum)
    }
  })
  it('give a single value back, and nothing when all is taken away', () => {
    fc.assert(
      fc.property(fc.array(doubles, { minLength: 1 }), (values) => {
        const buffer = new TotalBuffer()
        for (const each of values) buffer.add(each)
        for (const each of values.slice(1)) buffer.add(each, -1)
        expect(totalToNumber(buffer.total()) + 0).toBe((values[0] ?? 0) + 0)
        buffer.add(values[0] ?? 0, -1)
        expect(buffer.total()).toBe(0n)
      }),
    )
  })
  it('stay exact over more additions than one buffer holds', () => {
    const buffer = new TotalBuffer()
    for (let i = 0; i < 2 ** 20 + 5; i++) buffer.add(Number.MAX_SAFE_INTEGER)
    expect(buffer.total() >> 1074n).toBe(BigInt(Number.MAX_SAFE_INTEGER) * BigInt(2 ** 20 + 5))
  })
})

describe('the summary of a custom metric', () => {
  it('is the same whatever the order and the split of the records, to the byte', () => {
    fc.assert(
      fc.property(fc.constantFrom(...AGGREGATES), outcomes, outcomes, (aggregate, one, other) => {
        const whole = encodeSummary(fold(aggregate, [...other, ...one].reverse()))
        const merged = mergeEncoded(
          encodeSummary(fold(aggregate, one)),
          encodeSummary(fold(aggregate, other)),
        )
        expect(merged).toEqual(whole)
        expect(encodeSummary(decodeSummary(whole))).toEqual(whole)
      }),
    )
  })
  it('forgets what is taken back, to the byte, and need not have seen it first', () => {
    const takesBack = AGGREGATES.filter((aggregate) => aggregate !== 'min' && aggregate !== 'max')
    fc.assert(
      fc.property(fc.constantFrom(...takesBack), outcomes, outcomes, (aggregate, kept, taken) => {
        const made = new CustomFold(aggregate)
        for (const outcome of taken) made.add(outcome, -1)
        const back = encodeSummary(made.finish())
        const both = encodeSummary(fold(aggregate, [...kept, ...taken]))
        expect(mergeEncoded(back, both)).toEqual(encodeSummary(fold(aggregate, kept)))
        expect(customValue(decodeSummary(back) as CustomSummary, aggregate)).not.toBeNaN()
      }),
    )
  })
  it('gives each aggregate', () => {
    const values = [1, 2, 3, 4].map(value)
    const given = (aggregate: Aggregate) => customValue(fold(aggregate, values), aggregate)
    expect([given('mean'), given('sum'), given('count'), given('min'), given('max')]).toEqual([
      2.5, 10, 4, 1, 4,
    ])
    expect(customValue(fold('share', [0, 1, 1, 1].map(value)), 'share')).toBe(0.75)
    expect(given('p50')).toBeCloseTo(2, 1)
  })
  it('counts and sums nothing as 0, and has no other value then', () => {
    for (const aggregate of AGGREGATES)
      expect(customValue(emptyCustom(), aggregate)).toBe(
        aggregate === 'count' || aggregate === 'sum' ? 0 : null,
      )
    expect(isEmptyCustom(fold('mean', [{ kind: 'outside', value: 0, reason: 'absent' }]))).toBe(true)
  })
  it('knows the standard error of a mean far from 0', () => {
    const shifted = fold(
      'mean',
      [1, 2, 3, 4].map((of) => value(of + 2 ** 20)),
    )
    expect(customError(shifted, 'mean')).toBeCloseTo(Math.sqrt(5 / 3 / 4), 12)
    expect(customError(fold('share', [0, 1].map(value)), 'share')).toBeCloseTo(Math.sqrt(0.125), 12)
    expect(customError(fold('mean', [value(3)]), 'mean')).toBeNull()
  })
})
