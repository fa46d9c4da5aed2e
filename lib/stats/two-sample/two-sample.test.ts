import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMulberry32 } from '@/lib/stats/mulberry32'
import { matrixOfColumns } from '@/lib/stats/multivariate/matrix'
import { andersonDarling } from '@/lib/stats/two-sample/anderson-darling'
import { cramerVonMises } from '@/lib/stats/two-sample/cramer-von-mises'
import { cramerVonMisesExact } from '@/lib/stats/two-sample/cramer-von-mises-exact'
import { energyDistance } from '@/lib/stats/two-sample/energy-distance'
import { eppsSingleton } from '@/lib/stats/two-sample/epps-singleton'
import { ksOnEqualWidthBins } from '@/lib/stats/two-sample/ks-equal-width'
import { ksTwoSample } from '@/lib/stats/two-sample/ks-two-sample'
import { mannWhitneyU } from '@/lib/stats/two-sample/mann-whitney'
import { mannWhitneyExactSurvival } from '@/lib/stats/two-sample/mann-whitney-exact'
import { mmdRbf } from '@/lib/stats/two-sample/mmd'
import { twoMeansTest } from '@/lib/stats/two-sample/two-means'

type Values = readonly number[]
type Kernel = (
  x: Values,
  y: Values,
) => { readonly status: 'ok' | 'undefined'; readonly value?: number; readonly pValue?: number }

const oneColumn = (values: Values) => matrixOfColumns([values])
const mmd: Kernel = (x, y) => mmdRbf(oneColumn(x), oneColumn(y), { permutations: 9, seed: 1 })

/** A number, or a failure that names what came instead. */
function valueFrom(kernel: Kernel, x: Values, y: Values): number {
  const answer = kernel(x, y)
  if (answer.status !== 'ok') throw new Error(`no value: ${JSON.stringify(answer)}`)
  return answer.value!
}

const whole = (from: number, to: number, length: number) =>
  fc.array(fc.integer({ min: from, max: to }), { minLength: length, maxLength: 40 })

describe('rank statistics', () => {
  const ranked: readonly Kernel[] = [andersonDarling, cramerVonMises, ksTwoSample, mannWhitneyU]

  it('stay the same to the last bit under a rising map', () => {
    fc.assert(
      fc.property(whole(-30, 30, 2), whole(-30, 30, 2), (x, y) => {
        const bend = (value: number) => Math.exp(value / 7) * 3 - 1e3
        for (const kernel of ranked) expect(kernel(x.map(bend), y.map(bend))).toEqual(kernel(x, y))
      }),
    )
  })

  it('see the same distance from either side', () => {
    fc.assert(
      fc.property(whole(-9, 9, 2), whole(-9, 9, 2), (x, y) => {
        for (const kernel of ranked) {
          const [there, back] = [kernel(x, y), kernel(y, x)]
          expect(back.status).toBe(there.status)
          if (there.status === 'ok') expect(back.pValue!).toBeCloseTo(there.pValue!, 12)
        }
        const [there, back] = [mannWhitneyU(x, y), mannWhitneyU(y, x)]
        if (there.status === 'ok' && back.status === 'ok') {
          expect(there.value + back.value).toBe(x.length * y.length)
          expect(there.auc).toBeGreaterThanOrEqual(0)
          expect(there.auc).toBeLessThanOrEqual(1)
        }
      }),
    )
  })

  it('name a constant pair', () => {
    const constant = { status: 'undefined', reason: 'constant' }
    expect(andersonDarling([7, 7, 7], [7, 7])).toEqual(constant)
    expect(mannWhitneyU([0, 0], [-0])).toEqual(constant)
  })

  it('keep their worked examples', () => {
    expect(mannWhitneyU([1, 2], [3, 4])).toMatchObject({ value: 0, auc: 0, methodUsed: 'exact' })
    expect(mannWhitneyU([1, 2], [3, 4])).toHaveProperty('pValue', expect.closeTo(1 / 3, 14))
    expect(cramerVonMises([1, 2], [3, 4])).toMatchObject({ value: 3 / 8, pValue: 1 / 3, methodUsed: 'exact' })
    expect(andersonDarling([1, 2], [3, 4])).toHaveProperty('pValueLimit', null)
  })
})

describe('exact laws', () => {
  /** All ways to place x among the ranks 1 … n+m. */
  function everyOrder(n: number, m: number): number[][] {
    const orders: number[][] = []
    for (let mask = 0; mask < 1 << (n + m); mask++) {
      const ranks = Array.from({ length: n + m }, (_, rank) => rank + 1).filter((_, bit) => (mask >> bit) & 1)
      if (ranks.length === n) orders.push(ranks)
    }
    return orders
  }
  const others = (ranks: readonly number[], rows: number) =>
    Array.from({ length: rows }, (_, rank) => rank + 1).filter((rank) => !ranks.includes(rank))

  it.each([
    [2, 3],
    [5, 4],
    [1, 7],
    [6, 6],
  ])('count what listing every order of %i and %i values counts', (n, m) => {
    const orders = everyOrder(n, m)
    const u = (ranks: readonly number[]) => ranks.reduce((sum, rank) => sum + rank, 0) - (n * (n + 1)) / 2
    const squares = (ranks: readonly number[]) => ranks.reduce((sum, rank, i) => sum + (rank - i - 1) ** 2, 0)
    const t = (ranks: readonly number[]) => n * squares(ranks) + m * squares(others(ranks, n + m))
    for (const ranks of orders.slice(0, 60)) {
      const reach = (f: (r: readonly number[]) => number) =>
        orders.filter((other) => f(other) >= f(ranks)).length
      expect(mannWhitneyExactSurvival(u(ranks), n, m)).toBeCloseTo(reach(u) / orders.length, 12)
      expect(cramerVonMisesExact(t(ranks), n, m)).toBeCloseTo(reach(t) / orders.length, 12)
    }
  })

  it('answer in well under a second at the largest sizes that are asked for', () => {
    const random = createMulberry32(3)
    const draw = (n: number, mean: number) => Array.from({ length: n }, () => random.normal() + mean)
    for (const mean of [0, 0.6, 9]) {
      const before = performance.now()
      const answer = cramerVonMises(draw(19, 0), draw(20, mean))
      expect(answer).toMatchObject({ status: 'ok', methodUsed: 'exact' })
      // Several times the usual, for a busy machine.
      expect(performance.now() - before).toBeLessThan(1_000)
    }
    expect(mannWhitneyU(draw(8, 0), draw(50_000, 0.5))).toMatchObject({ methodUsed: 'exact' })
  })

  it('meet the normal approximation for larger samples', () => {
    const random = createMulberry32(5)
    const x = Array.from({ length: 8 }, () => random.normal())
    const y = Array.from({ length: 4_000 }, () => random.normal() + 0.3)
    const [exact, normal] = [mannWhitneyU(x, y), mannWhitneyU(x, y, { method: 'asymptotic' })]
    if (exact.status !== 'ok' || normal.status !== 'ok') throw new Error('no value')
    expect(exact.methodUsed).toBe('exact')
    expect(Math.abs(exact.pValue - normal.pValue)).toBeLessThan(0.01)
  })
})

describe('distances and means', () => {
  it('do not notice a shift of both samples', () => {
    fc.assert(
      fc.property(whole(-50, 50, 6), whole(-50, 50, 6), fc.integer({ min: -1e6, max: 1e6 }), (x, y, by) => {
        const moved = (values: Values) => values.map((value) => value + by)
        for (const kernel of [energyDistance, twoMeansTest, eppsSingleton, mmd] as Kernel[]) {
          const [there, moving] = [kernel(x, y), kernel(moved(x), moved(y))]
          expect(moving.status).toBe(there.status)
          if (there.status === 'ok')
            expect(moving.value! / (1 + Math.abs(there.value!))).toBeCloseTo(
              there.value! / (1 + Math.abs(there.value!)),
              6,
            )
        }
      }),
      { numRuns: 60 },
    )
  })

  it('scale as promised: t and Epps–Singleton not at all, energy by the root, MMD with its width', () => {
    fc.assert(
      fc.property(
        whole(-50, 50, 6),
        whole(-50, 50, 6),
        fc.constantFrom(1e-250, 1e-3, 4, 1e80, 1e250),
        (x, y, by) => {
          const scaled = (values: Values) => values.map((value) => value * by)
          for (const kernel of [twoMeansTest, eppsSingleton] as Kernel[]) {
            const [there, scaling] = [kernel(x, y), kernel(scaled(x), scaled(y))]
            expect(scaling.status).toBe(there.status)
            if (there.status === 'ok') {
              expect(scaling.value! / (1 + Math.abs(there.value!))).toBeCloseTo(
                there.value! / (1 + Math.abs(there.value!)),
                6,
              )
            }
          }
          const energy = valueFrom(energyDistance, x, y) * Math.sqrt(by)
          expect(valueFrom(energyDistance, scaled(x), scaled(y)) / (energy || 1)).toBeCloseTo(
            energy ? 1 : 0,
            9,
          )
        },
      ),
      { numRuns: 100 },
    )
  })

  it('are symmetric, and zero for the same sample', () => {
    fc.assert(
      fc.property(whole(-9, 9, 5), whole(-9, 9, 5), (x, y) => {
        expect(valueFrom(energyDistance, x, y)).toBeCloseTo(valueFrom(energyDistance, y, x), 12)
        expect(valueFrom(energyDistance, x, [...x])).toBe(0)
        const [there, back] = [twoMeansTest(x, y), twoMeansTest(y, x)]
        if (there.status === 'ok' && back.status === 'ok') {
          expect(there.value + back.value).toBeCloseTo(0, 9)
          expect(there.pValue).toBeCloseTo(back.pValue, 9)
        }
        const [wave, echo] = [eppsSingleton(x, y), eppsSingleton(y, x)]
        if (wave.status === 'ok' && echo.status === 'ok')
          expect(wave.value / echo.value || 1).toBeCloseTo(1, 5)
      }),
      { numRuns: 60 },
    )
  })

  it('bound each other: the binned KS never exceeds the exact one', () => {
    fc.assert(
      fc.property(whole(-99, 99, 2), whole(-99, 99, 2), fc.integer({ min: 1, max: 300 }), (x, y, bins) => {
        const binned = valueFrom((a, b) => ksOnEqualWidthBins(a, b, bins), x, y)
        expect(binned).toBeLessThanOrEqual(valueFrom(ksTwoSample, x, y) + 1e-12)
        expect(binned).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it("keep a t test's digits at a large offset, and name two constants", () => {
    const x = [1, 2, 3].map((value) => value + 1e9)
    const y = [2, 3, 4].map((value) => value + 1e9)
    expect(twoMeansTest(x, y)).toMatchObject({
      degreesOfFreedom: expect.closeTo(4, 9),
      value: expect.closeTo(-Math.sqrt(1.5), 9),
    })
    expect(twoMeansTest([0.1, 0.1, 0.1], [0.3, 0.3])).toEqual({ status: 'undefined', reason: 'constant' })
    expect(twoMeansTest([0.1, 0.1, 0.1], [0.3, 0.4])).toMatchObject({ status: 'ok', degreesOfFreedom: 1 })
  })

  it('Epps–Singleton names a column without spread in its middle, and two constants', () => {
    const zeroIqr = { status: 'undefined', reason: 'zero_iqr' }
    expect(eppsSingleton([1, 1, 1, 1, 1, 9], [1, 1, 1, 1, 1])).toEqual(zeroIqr)
    expect(eppsSingleton([1, 1, 1, 1, 1], [2, 2, 2, 2, 2])).toEqual({
      status: 'undefined',
      reason: 'constant',
    })
    expect(eppsSingleton([1, 2, 3, 4], [1, 2, 3, 4, 5])).toEqual({
      status: 'undefined',
      reason: 'too_few_values',
    })
  })
})

describe('maximum mean discrepancy', () => {
  const random = createMulberry32(11)
  const columns = (n: number, mean: number) =>
    matrixOfColumns([0, 1].map(() => Array.from({ length: n }, () => random.normal() + mean)))

  it('sees a shift, does not see none, and repeats itself from its seed', () => {
    const [a, b, c] = [columns(120, 0), columns(100, 0), columns(100, 0.8)]
    expect(mmdRbf(a, c, { seed: 2 })).toMatchObject({ status: 'ok', pValue: 1 / 500, permutedShare: 0 })
    const none = mmdRbf(a, b, { seed: 2 })
    expect(none).toEqual(mmdRbf(a, b, { seed: 2 }))
    if (none.status === 'ok') expect(none.pValue).toBeGreaterThan(0.01)
  })

  it('samples more than a thousand rows a side, and says so', () => {
    const answer = mmdRbf(columns(1_300, 0), columns(40, 1), { seed: 3, permutations: 19 })
    expect(answer).toMatchObject({ status: 'ok', sampled: true, pValue: 1 / 20 })
  })

  it('refuses rows of different width', () => {
    const answer = mmdRbf(columns(5, 0), matrixOfColumns([[1, 2, 3]]), { seed: 1 })
    expect(answer).toEqual({ status: 'undefined', reason: 'length_mismatch' })
  })
})
