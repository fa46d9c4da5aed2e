import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matrixOfRows } from '@/lib/stats/multivariate/matrix'
import { andersonDarling } from '@/lib/stats/two-sample/anderson-darling'
import { cramerVonMises } from '@/lib/stats/two-sample/cramer-von-mises'
import { energyDistance } from '@/lib/stats/two-sample/energy-distance'
import { eppsSingleton } from '@/lib/stats/two-sample/epps-singleton'
import { ksOnEqualWidthBins } from '@/lib/stats/two-sample/ks-equal-width'
import { ksTwoSample } from '@/lib/stats/two-sample/ks-two-sample'
import { mannWhitneyU } from '@/lib/stats/two-sample/mann-whitney'
import { mmdRbf } from '@/lib/stats/two-sample/mmd'
import { twoMeansTest } from '@/lib/stats/two-sample/two-means'
import { wasserstein } from '@/lib/stats/two-sample/wasserstein'

type Values = readonly number[]
type Kernel = (
  x: Values,
  y: Values,
) => { readonly status: 'ok' | 'undefined'; readonly value?: number; readonly pValue?: number }

const oneColumn = (values: Values) => matrixOfRows(values.map((value) => [value]))

const kernels: Readonly<Record<string, Kernel>> = {
  andersonDarling,
  cramerVonMises,
  cramerVonMisesAsymptotic: (x, y) => cramerVonMises(x, y, { method: 'asymptotic' }),
  energyDistance,
  eppsSingleton,
  ksOnEqualWidthBins: (x, y) => ksOnEqualWidthBins(x, y, 50),
  ksTwoSample,
  mannWhitneyU,
  mmdRbf: (x, y) => mmdRbf(oneColumn(x), oneColumn(y), { permutations: 9, seed: 1 }),
  studentTest: (x, y) => twoMeansTest(x, y, { equalVariances: true }),
  wasserstein: (x, y) => {
    const distance = wasserstein(x, y)
    return distance.status === 'ok' ? { status: 'ok', value: distance.normed } : distance
  },
  welchTest: twoMeansTest,
}

const hostile = fc.oneof(
  fc.constantFrom(0, -0, 5e-324, -5e-324, 1e-310, 1e300, -1e300, 1.7e308, -1.7e308, 1, 1 + 2 ** -52),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -3, max: 3 }),
)
const hostileSample = fc.array(hostile, { maxLength: 30 })
const whole = (from: number, to: number, length: number) =>
  fc.array(fc.integer({ min: from, max: to }), { minLength: length, maxLength: 40 })

describe.each(Object.entries(kernels))('%s', (_name, kernel) => {
  it('answers a finite number or a reason, whatever finite numbers it gets', () => {
    fc.assert(
      fc.property(hostileSample, hostileSample, (x, y) => {
        const before = [...x, ...y]
        const answer = kernel(x, y)
        expect([...x, ...y]).toEqual(before)
        if (answer.status === 'undefined') {
          expect(answer).toHaveProperty('reason', expect.any(String))
          return
        }
        expect(Number.isFinite(answer.value)).toBe(true)
        if (answer.pValue === undefined) return
        expect(answer.pValue).toBeGreaterThanOrEqual(0)
        expect(answer.pValue).toBeLessThanOrEqual(1)
      }),
      { numRuns: 300 },
    )
  })

  it('refuses NaN, infinity and text with a reason', () => {
    const good = [1, 2, 3, 4, 5, 6]
    for (const bad of [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      '3' as unknown as number,
      null as unknown as number,
    ]) {
      const refused = { status: 'undefined', reason: 'invalid_value' }
      expect(kernel([...good, bad], good)).toEqual(refused)
      expect(kernel(good, [bad, ...good])).toEqual(refused)
    }
  })

  it('asks for more values when a side is empty', () => {
    const tooFew = { status: 'undefined', reason: 'too_few_values' }
    for (const [x, y] of [
      [[], []],
      [[], [1, 2, 3, 4, 5]],
      [[1, 2, 3, 4, 5], []],
    ] as const) {
      expect(kernel(x, y)).toEqual(tooFew)
    }
  })

  it('takes 0 and -0 as one value', () => {
    const x = [0, 1, 0, 2, -1, 3, 0]
    const y = [0, 2, 2, 3, 0, 4, -1]
    const signed = (values: Values) => values.map((value) => (value === 0 ? -0 : value))
    expect(kernel(signed(x), y)).toEqual(kernel(x, y))
  })

  it('does not depend on the order of rows', () => {
    fc.assert(
      fc.property(whole(-20, 20, 6), whole(-20, 20, 6), (x, y) => {
        // The permutations of MMD are drawn by place: its p-value may move, its value may not.
        const [given, turned] = [kernel(x, y), kernel([...x].reverse(), [...y].reverse())]
        expect(turned.status).toBe(given.status)
        if (given.status === 'ok') expect(turned.value!).toBeCloseTo(given.value!, 8)
      }),
      { numRuns: 60 },
    )
  })
})

it('finds no distance between constants, however large', () => {
  const constant = [1e300, 1e300, 1e300]
  expect(energyDistance(constant, constant)).toEqual({ status: 'ok', value: 0 })
  expect(wasserstein(constant, constant)).toEqual({ status: 'ok', raw: 0, normed: 0 })
})
