import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { classAverages, countClasses } from '@/lib/stats/performance/class-averages'
import { classProbabilityQuality } from '@/lib/stats/performance/class-probabilities'
import { rankingMetrics } from '@/lib/stats/performance/ranking-metrics'
import { nonFiniteIn, probability } from '@/lib/stats/testing'

const label = fc.constantFrom('a', 'b', 'c', 'd')
const decisions = fc.array(fc.tuple(label, label), { minLength: 1, maxLength: 60 })

function averagesOf(rows: readonly (readonly [string, string])[]) {
  const counted = countClasses(
    rows.map(([truth]) => truth),
    rows.map(([, decision]) => decision),
  )
  if (counted.status !== 'ok') throw new Error(counted.reason)
  const answer = classAverages(counted.confusion)
  if (answer.status !== 'ok') throw new Error(answer.reason)
  return answer
}

describe('classAverages', () => {
  it('keeps every score between 0 and 1, kappa at most 1, and counts every row once', () => {
    fc.assert(
      fc.property(decisions, (rows) => {
        const answer = averagesOf(rows)
        expect(nonFiniteIn(answer)).toEqual([])
        expect(answer.matrix.flat().reduce((sum, count) => sum + count, 0)).toBe(rows.length)
        expect(answer.classes.reduce((sum, { support }) => sum + support, 0)).toBe(rows.length)
        const averages = [answer.macro, answer.micro, answer.weighted, ...answer.classes]
        for (const { precision, recall, f1 } of averages) {
          for (const value of [precision, recall, f1]) {
            expect(value).toBeGreaterThanOrEqual(0)
            expect(value).toBeLessThanOrEqual(1)
          }
        }
        expect(answer.kappa ?? 0).toBeLessThanOrEqual(1)
        expect(answer.weighted.recall).toBeCloseTo(answer.accuracy, 12)
      }),
    )
  })
  it('does not depend on the order of rows, and new names for classes change no average', () => {
    fc.assert(
      fc.property(decisions, (rows) => {
        const answer = averagesOf(rows)
        expect(averagesOf([...rows].reverse())).toEqual(answer)
        const renamed = averagesOf(rows.map(([truth, decision]) => [`x${truth}`, `x${decision}`] as const))
        expect(renamed.macro).toEqual(answer.macro)
        expect(renamed.kappa).toBe(answer.kappa)
      }),
    )
  })
  it('has no kappa when one class is all there is, and one of 1 for perfect decisions', () => {
    expect(averagesOf([['a', 'a']]).kappa).toBeNull()
    expect(
      averagesOf([
        ['a', 'a'],
        ['b', 'b'],
      ]).kappa,
    ).toBe(1)
  })
  it('names the reason for counts it cannot read', () => {
    expect(classAverages(new Map())).toMatchObject({ reason: 'too_few_values' })
    expect(classAverages(new Map([['a', new Map([['a', Number.NaN]])]]))).toMatchObject({
      reason: 'invalid_value',
    })
    expect(countClasses(['a'], [])).toMatchObject({ reason: 'length_mismatch' })
  })
})

describe('classProbabilityQuality', () => {
  it('gives finite numbers or null for any probabilities, ties and classes without rows included', () => {
    const rows = fc.array(fc.tuple(probability, probability, fc.constantFrom('a', 'b')), {
      minLength: 1,
      maxLength: 50,
    })
    fc.assert(
      fc.property(rows, (list) => {
        const answer = classProbabilityQuality(
          ['a', 'b', 'never'],
          [list.map(([p]) => p), list.map(([, p]) => p), list.map(() => 0)],
          list.map(([, , truth]) => truth),
        )
        expect(answer.status).toBe('ok')
        expect(nonFiniteIn(answer)).toEqual([])
        if (answer.status === 'ok') expect(answer.rocAuc[2]).toBeNull()
      }),
    )
  })
  it('names the reason for rows it cannot read', () => {
    expect(classProbabilityQuality(['a'], [[0.5]], ['b'])).toMatchObject({ reason: 'invalid_value' })
    expect(classProbabilityQuality(['a'], [[Number.NaN]], ['a'])).toMatchObject({ reason: 'invalid_value' })
    expect(classProbabilityQuality(['a'], [[0.5, 0.5]], ['a'])).toMatchObject({ reason: 'length_mismatch' })
    expect(classProbabilityQuality(['a', 'b'], [[]], [])).toMatchObject({ reason: 'length_mismatch' })
    expect(classProbabilityQuality(['a'], [[]], [])).toMatchObject({ reason: 'too_few_values' })
  })
})

describe('rankingMetrics', () => {
  const relevance = fc.oneof(
    fc.constantFrom(0, 0, 0, -0, 1, 5e-324, 1e300, Number.MAX_VALUE),
    fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  )
  it('keeps every share between 0 and 1 whatever the relevance', () => {
    const lists = fc
      .tuple(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 8 }))
      .chain(([positions, queries]) =>
        fc.tuple(
          fc.constant(positions),
          fc.array(relevance, { minLength: positions * queries, maxLength: positions * queries }),
        ),
      )
    fc.assert(
      fc.property(lists, ([positions, values]) => {
        const answer = rankingMetrics(values, {
          positions,
          referenceClickRate: new Float64Array(positions).fill(0.1),
        })
        if (answer.status !== 'ok') throw new Error(answer.reason)
        expect(nonFiniteIn(answer)).toEqual([])
        const { clickRate, reciprocalRank, hitRate, precision, ndcg } = answer
        for (const value of [clickRate, reciprocalRank, hitRate, precision, ndcg]) {
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
  it('has an NDCG of 1 for the best order, and clicks over expected of 1 where all came as expected', () => {
    const answer = rankingMetrics([3, 2, 1, 0], { positions: 4, referenceClickRate: [1, 1, 1, 0] })
    expect(answer).toMatchObject({ ndcg: 1, clicksOverExpected: 1, reciprocalRank: 1 })
  })
  it('has no clicks over expected where none are expected', () => {
    const answer = rankingMetrics([1, 0], { positions: 2, referenceClickRate: [0, 0] })
    expect(answer).toMatchObject({ clicksOverExpected: null, clickRate: 0.5 })
  })
  it('names the reason for lists it cannot read', () => {
    const ask = (values: number[], positions: number) =>
      rankingMetrics(values, { positions, referenceClickRate: new Float64Array(Math.max(0, positions)) })
    expect(ask([], 2)).toMatchObject({ reason: 'too_few_values' })
    expect(ask([1, 0, 1], 2)).toMatchObject({ reason: 'length_mismatch' })
    expect(ask([1, Number.NaN], 2)).toMatchObject({ reason: 'invalid_value' })
    expect(ask([1, -1], 2)).toMatchObject({ reason: 'invalid_value' })
    expect(ask([1], 0)).toMatchObject({ reason: 'invalid_value' })
  })
})
