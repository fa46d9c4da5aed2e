import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { chiSquareContingency } from '@/lib/stats/categorical/chi-square'
import { cramersV } from '@/lib/stats/categorical/cramers-v'
import { gContingency, gGoodnessOfFit } from '@/lib/stats/categorical/g-test'

const count = fc.oneof(
  fc.integer({ min: 0, max: 1000 }),
  fc.constantFrom(
    0,
    1,
    1e300,
    5e-324,
    1e-300,
    1.7976931348623157e308,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
  ),
)
const counts = (length: number) => fc.array(count, { minLength: length, maxLength: length })
const tables = fc
  .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 }))
  .chain(([rows, columns]) => fc.array(counts(columns), { minLength: rows, maxLength: rows }))
const wholeCounts = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 4, maxLength: 4 })

describe('G test', () => {
  it('answers a probability or a reason, whatever the counts', () => {
    fc.assert(
      fc.property(counts(4), counts(4), (reference, current) => {
        for (const score of [gGoodnessOfFit(reference, current), gContingency(reference, current)]) {
          if (score.status !== 'ok') continue
          expect(score.value).toBeGreaterThanOrEqual(0)
          expect(score.pValue).toBeGreaterThanOrEqual(0)
          expect(score.pValue).toBeLessThanOrEqual(1)
        }
      }),
      { numRuns: 500 },
    )
  })
  it('does not care about the order of categories, empty ones, or (as a table) which side is the reference', () => {
    fc.assert(
      fc.property(wholeCounts, wholeCounts, (reference, current) => {
        const score = gContingency(reference, current)
        const others = [
          gContingency(reference.toReversed(), current.toReversed()),
          gContingency([...reference, 0], [...current, 0]),
          gContingency(current, reference),
        ]
        for (const other of others) {
          expect(other.status).toBe(score.status)
          if (other.status === 'ok' && score.status === 'ok') {
            expect(other.value).toBeCloseTo(score.value, 8)
            expect(other.degreesOfFreedom).toBe(score.degreesOfFreedom)
          }
        }
      }),
    )
  })
  it('is 0 for equal shares and close to chi-square for small changes', () => {
    expect(gContingency([10, 20, 30], [20, 40, 60])).toMatchObject({
      value: expect.closeTo(0, 10),
      pValue: 1,
    })
    const g = gContingency([5000, 5000, 5000], [5050, 4950, 5000])
    const chi = chiSquareContingency([5000, 5000, 5000], [5050, 4950, 5000])
    if (g.status !== 'ok' || chi.status !== 'ok') throw new Error('both have a value')
    expect(g.value / chi.value).toBeCloseTo(1, 3)
  })
  it('names what is wrong with its input', () => {
    expect(gContingency([1, 2], [1])).toEqual({ status: 'undefined', reason: 'length_mismatch' })
    expect(gContingency([1, Number.NaN], [1, 2])).toEqual({ status: 'undefined', reason: 'invalid_value' })
    expect(gContingency([1, -2], [1, 2])).toEqual({ status: 'undefined', reason: 'invalid_value' })
    expect(gGoodnessOfFit([], [])).toEqual({ status: 'undefined', reason: 'too_few_values' })
    expect(gGoodnessOfFit([3, 4], [0, 0])).toEqual({ status: 'undefined', reason: 'too_few_values' })
  })
})

describe("Cramér's V", () => {
  it('lies in [0, 1], corrected and not, or has a reason, whatever the table', () => {
    fc.assert(
      fc.property(tables, (table) => {
        const found = cramersV(table)
        if (found.status !== 'ok') return
        for (const value of [found.value, found.biasCorrected ?? 0]) {
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(1)
        }
      }),
      { numRuns: 500 },
    )
  })
  it('does not care about the order of rows, of columns, or which is which', () => {
    const table = fc.array(wholeCounts, { minLength: 3, maxLength: 3 })
    fc.assert(
      fc.property(table, (rows) => {
        const found = cramersV(rows)
        const turned = rows[0]!.map((_, j) => rows.map((row) => row[j]!))
        for (const other of [rows.toReversed(), rows.map((row) => row.toReversed()), turned].map(cramersV)) {
          expect(other.status).toBe(found.status)
          if (other.status === 'ok' && found.status === 'ok') expect(other.value).toBeCloseTo(found.value, 12)
        }
      }),
    )
  })
  it('names what is wrong with its input', () => {
    expect(cramersV([])).toEqual({ status: 'undefined', reason: 'degenerate_table' })
    expect(cramersV([[1, 2], [3]])).toEqual({ status: 'undefined', reason: 'length_mismatch' })
    expect(
      cramersV([
        [0, 0],
        [1, 2],
      ]),
    ).toEqual({ status: 'undefined', reason: 'degenerate_table' })
    expect(
      cramersV([
        [1, Number.NaN],
        [1, 2],
      ]),
    ).toEqual({ status: 'undefined', reason: 'invalid_value' })
  })
  it('leaves the correction out where the table is too small for it', () => {
    expect(
      cramersV([
        [1, 0],
        [0, 1],
      ]),
    ).toEqual({ status: 'ok', value: 1, biasCorrected: null })
  })
})
