import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { profileColumn, type UntypedValue } from '@/lib/stats/profile/profile-column'
import { checkSkew } from '@/lib/stats/profile/skew-check'
import { nonFiniteIn } from '@/lib/stats/testing'

const cell: fc.Arbitrary<UntypedValue> = fc.oneof(
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.string({ maxLength: 8 }),
  fc.constantFrom(
    'NA',
    '-',
    '?',
    ' none ',
    '007',
    '1e400',
    '-inf',
    'Infinity',
    '1e3',
    'yes',
    'N',
    '2024-01-01',
    '5e-324',
  ),
)

function profileOf(values: readonly UntypedValue[]) {
  const answer = profileColumn(values)
  if (answer.status !== 'ok') throw new Error(answer.reason)
  return answer
}

describe('profileColumn', () => {
  it('holds no NaN and no infinity for any cells, and does not depend on their order', () => {
    fc.assert(
      fc.property(fc.array(cell, { minLength: 1, maxLength: 40 }), (cells) => {
        const answer = profileOf(cells)
        expect(nonFiniteIn(answer)).toEqual([])
        expect(profileOf([...cells].reverse()).facts).toEqual({
          ...answer.facts,
          meanWords: expect.closeTo(answer.facts.meanWords, 12),
        })
        expect(answer.facts.present).toBeLessThanOrEqual(cells.length)
        expect(answer.kind === null).toBe(answer.facts.present === 0)
      }),
    )
  })
  it('turns the whole column into strings for one value that does not fit', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { maxLength: 30 }), fc.nat(), (numbers, at) => {
        const cells: UntypedValue[] = [...numbers]
        cells.splice(at % (numbers.length + 1), 0, 'x1')
        expect(profileOf(cells).facts.type).toBe('string')
      }),
    )
  })
  it('suggests constraints that the column itself keeps', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 3 }),
        (numbers) => {
          for (const [name, argument] of profileOf(numbers).constraints) {
            if (name === 'range')
              for (const end of numbers) expect(end >= argument[0] && end <= argument[1]).toBe(true)
            if (name === 'positive') expect(Math.min(...numbers)).toBeGreaterThan(0)
            if (name === 'non_negative') expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0)
          }
        },
      ),
    )
  })
  it('reads words for missing, infinities and codes by the written rules', () => {
    expect(profileOf(['1', 'inf', 'NA', '2.5']).facts).toMatchObject({
      type: 'number',
      present: 2,
      min: 1,
      max: 2.5,
    })
    expect(profileOf(['2024-01-01', 'inf']).facts.type).toBe('string')
    expect(profileOf(['007', '12']).facts.type).toBe('string')
    expect(profileOf([Number.NaN, null, '?']).kind).toBeNull()
    expect(profileOf(['inf', '-Infinity'])).toMatchObject({
      kind: null,
      constraints: [],
      facts: { present: 0 },
    })
    expect(profileColumn([])).toMatchObject({ reason: 'too_few_values' })
  })
})

describe('checkSkew', () => {
  const counts = fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { maxLength: 10 })
  it('gives shares between 0 and 1 or null, and changes unseen for vanished when the sides change places', () => {
    fc.assert(
      fc.property(counts, fc.nat(20), fc.nat(20), (pairs, a, b) => {
        const training = { counts: pairs.map(([count]) => count), missing: a }
        const serving = { counts: pairs.map(([, count]) => count), missing: b }
        const answer = checkSkew(training, serving)
        const turned = checkSkew(serving, training)
        expect(nonFiniteIn([answer, turned])).toEqual([])
        if (answer.status !== 'ok' || turned.status !== 'ok') {
          expect(answer).toEqual(turned)
          return
        }
        expect(turned.lInfinity).toBe(answer.lInfinity)
        expect(turned.unseenShare).toBe(answer.vanishedShare)
        expect(turned.missingZ ?? 0).toBeCloseTo(-(answer.missingZ ?? 0), 12)
        for (const share of [answer.lInfinity, answer.unseenShare, answer.vanishedShare]) {
          expect(share ?? 0).toBeGreaterThanOrEqual(0)
          expect(share ?? 0).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
  it('names the reason for counts it cannot read', () => {
    const some = { counts: [1, 2], missing: 0 }
    expect(checkSkew(some, { counts: [1], missing: 0 })).toMatchObject({ reason: 'length_mismatch' })
    expect(checkSkew(some, { counts: [Number.NaN, 1], missing: 0 })).toMatchObject({
      reason: 'invalid_value',
    })
    expect(checkSkew(some, { counts: [0, 0], missing: 0 })).toMatchObject({ reason: 'too_few_values' })
    expect(checkSkew(some, { counts: [0, 0], missing: 3 })).toMatchObject({ status: 'ok', lInfinity: null })
  })
})
