import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calibrationError, equalCountError } from '@/lib/stats/calibration/calibration-error'
import { fitIsotonic, type Isotonic, predictIsotonic } from '@/lib/stats/calibration/isotonic'
import { needsCalibration } from '@/lib/stats/calibration/needs-calibration'
import { bit, hostileNumber, nonFiniteIn, probability } from '@/lib/stats/testing'

const points = fc.array(fc.tuple(hostileNumber, hostileNumber), { minLength: 1, maxLength: 60 })
const scored = fc.array(fc.tuple(probability, bit), { minLength: 2, maxLength: 80 })

function fitOf(rows: readonly (readonly [number, number])[]): Isotonic {
  const learnt = fitIsotonic(
    rows.map(([x]) => x),
    rows.map(([, y]) => y),
  )
  if (learnt.status !== 'ok') throw new Error(learnt.reason)
  return learnt.fit
}

const split = (rows: readonly (readonly [number, number])[]) =>
  [rows.map(([score]) => score), rows.map(([, label]) => label)] as const

const isAscending = (values: ArrayLike<number>) =>
  Array.from(values).every((value, i, all) => i === 0 || all[i - 1]! <= value)

describe('isotonic regression', () => {
  it('rises everywhere, stays within the values it learnt from, and is finite on hostile data', () => {
    fc.assert(
      fc.property(points, fc.array(hostileNumber, { maxLength: 20 }), (rows, queries) => {
        const fit = fitOf(rows)
        const predictions = queries.sort((a, b) => a - b).map((x) => predictIsotonic(fit, x))
        const ys = rows.map(([, y]) => y)
        expect(nonFiniteIn([fit, predictions])).toEqual([])
        expect(isAscending(fit.y) && isAscending(predictions)).toBe(true)
        const slack = 1e-12 * Math.max(...ys.map(Math.abs))
        for (const y of predictions) {
          expect(y).toBeGreaterThanOrEqual(Math.min(...ys) - slack)
          expect(y).toBeLessThanOrEqual(Math.max(...ys) + slack)
        }
      }),
    )
  })
  it('is idempotent: fitted to its own predictions it predicts the same', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const fit = fitOf(rows)
        const again = fitOf(rows.map(([x]) => [x, predictIsotonic(fit, x)] as const))
        for (const [x] of rows) expect(predictIsotonic(again, x)).toBeCloseTo(predictIsotonic(fit, x), 12)
      }),
    )
  })
  it('keeps the mean of what it learnt from, and does not depend on the order of rows', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const fit = fitOf(rows)
        const sum = rows.reduce((total, [x]) => total + predictIsotonic(fit, x), 0)
        expect(sum).toBeCloseTo(
          rows.reduce((total, [, y]) => total + y, 0),
          9,
        )
        expect(fitOf([...rows].reverse())).toEqual(fit)
      }),
    )
  })
  it('averages ties and interpolates between knots', () => {
    const fit = fitOf([
      [0, 0],
      [1, 0],
      [1, 1],
      [2, 1],
    ])
    expect(fit).toEqual({ x: Float64Array.of(0, 1, 2), y: Float64Array.of(0, 0.5, 1) })
    expect([-1, 0.5, 1.5, 9].map((x) => predictIsotonic(fit, x))).toEqual([0, 0.25, 0.75, 1])
  })
  it('names the reason for input it cannot read', () => {
    const reasonOf = (x: number[], y: number[]) => fitIsotonic(x, y)
    expect(reasonOf([], [])).toMatchObject({ reason: 'too_few_values' })
    expect(reasonOf([1, 2], [1])).toMatchObject({ reason: 'length_mismatch' })
    expect(reasonOf([Number.NaN], [1])).toMatchObject({ reason: 'invalid_value' })
    expect(reasonOf([1], [Number.POSITIVE_INFINITY])).toMatchObject({ reason: 'invalid_value' })
  })
})

describe('calibration error', () => {
  it('lies between 0 and its maximum, which lies below 1, and counts every row in a bin', () => {
    fc.assert(
      fc.property(scored, fc.integer({ min: 1, max: 30 }), (rows, bins) => {
        const answer = calibrationError(...split(rows), bins)
        expect(nonFiniteIn(answer)).toEqual([])
        if (answer.status !== 'ok') throw new Error(answer.reason)
        expect(answer.expected).toBeGreaterThanOrEqual(0)
        expect(answer.expected).toBeLessThanOrEqual(answer.largest + 1e-12)
        expect(answer.largest).toBeLessThanOrEqual(1)
        expect(answer.bins.reduce((sum, { count }) => sum + count, 0)).toBe(rows.length)
        const equalCount = equalCountError(...split(rows), bins)
        if (equalCount.status !== 'ok') throw new Error(equalCount.reason)
        expect(equalCount.value).toBeGreaterThanOrEqual(0)
        expect(equalCount.value).toBeLessThanOrEqual(1 + 1e-12)
      }),
    )
  })
  it('is 0 for labels taken as scores', () => {
    expect(calibrationError([0, 1, 1, 0], [0, 1, 1, 0])).toMatchObject({ expected: 0, largest: 0, brier: 0 })
  })
  it('names the reason for rows it cannot read', () => {
    expect(calibrationError([], [])).toMatchObject({ reason: 'too_few_values' })
    expect(calibrationError([1.1], [1])).toMatchObject({ reason: 'invalid_value' })
    expect(calibrationError([Number.NaN], [1])).toMatchObject({ reason: 'invalid_value' })
    expect(calibrationError([0.5], [2])).toMatchObject({ reason: 'invalid_value' })
    expect(calibrationError([0.5, 0.5], [1])).toMatchObject({ reason: 'length_mismatch' })
    expect(equalCountError([0.5], [1])).toMatchObject({ reason: 'too_few_values' })
  })
})

describe('needsCalibration', () => {
  it('answers finite errors for any rows, and no for one class', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        const answer = needsCalibration(...split(rows))
        expect(nonFiniteIn(answer)).toEqual([])
        expect(answer.status).toBe('ok')
      }),
    )
    expect(needsCalibration([0.1, 0.9], [1, 1])).toEqual({
      status: 'ok',
      needed: false,
      before: null,
      after: null,
    })
  })
})
