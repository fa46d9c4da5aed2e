import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quantileOfSorted } from '@/lib/stats/quantile'
import { incompleteBeta } from '@/lib/stats/special/incomplete-beta'
import { chiSquareCritical, chiSquareSurvival, gammaP, gammaQ } from '@/lib/stats/special/incomplete-gamma'
import { kolmogorovSurvival, kolmogorovSurvivalFast, ksPValue } from '@/lib/stats/special/kolmogorov'
import { logGamma } from '@/lib/stats/special/log-gamma'
import { erfc, normalCdf, normalQuantile } from '@/lib/stats/special/normal'
import { studentTwoSided } from '@/lib/stats/special/student-t'
import { sumOf } from '@/lib/stats/sum'

const close = (actual: number, expected: number, relative = 1e-12) =>
  expect(Math.abs(actual / expected - 1), `${actual} against ${expected}`).toBeLessThan(relative)

/** Expected values: Python's math.lgamma and math.erfc; chi-square with even degrees of freedom has a closed form. */
describe('special functions', () => {
  it('agree with another implementation, in the tails too', () => {
    close(logGamma(0.5), 0.5723649429247004)
    close(logGamma(100), 359.1342053695754)
    close(erfc(1), 0.15729920705028513)
    close(erfc(5), 1.5374597944280351e-12)
    close(erfc(20), 5.3958656116079005e-176)
    close(chiSquareSurvival(10.828, 1), 0.0009997657195830914)
    close(chiSquareSurvival(60, 4), Math.exp(-30) * 31)
    close(chiSquareSurvival(1200, 2), Math.exp(-600))
    // Student's t with 2 degrees of freedom: P(|T| ≥ t) = 1 - t/√(2 + t²).
    close(studentTwoSided(3, 2), 1 - 3 / Math.sqrt(11), 1e-10)
  })

  it('have tails that add up and inverses that come back', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 200, noNaN: true }),
        fc.double({ min: 0, max: 400, noNaN: true }),
        (a, x) => {
          expect(gammaP(a, x) + gammaQ(a, x)).toBeCloseTo(1, 12)
        },
      ),
    )
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 0.999, noNaN: true }), (p) => {
        close(normalCdf(normalQuantile(p)), p, 1e-9)
      }),
    )
    for (const df of [1, 3, 20]) close(chiSquareSurvival(chiSquareCritical(0.001, df), df), 0.001, 1e-9)
    expect(incompleteBeta(0.3, 2, 5) + incompleteBeta(0.7, 5, 2)).toBeCloseTo(1, 14)
  })

  it('refuse arguments outside their domain instead of answering NaN', () => {
    expect(() => logGamma(0)).toThrow(RangeError)
    expect(() => normalQuantile(0)).toThrow(RangeError)
  })
})

describe('the fast Kolmogorov law', () => {
  it('stays within one percent of the exact one wherever a verdict could turn', () => {
    for (const n of [60, 200, 1_500, 2_500, 8_000, 20_000]) {
      for (const z of [0.6, 1, 1.5, 2.2, 3, 4, 6, 9, 15, 30]) {
        const d = Math.sqrt(z / n)
        const exact = kolmogorovSurvival(n, d)
        if (d < 0.5 && exact > 1e-25) close(kolmogorovSurvivalFast(n, d), exact, 0.01)
      }
    }
  })

  it('falls with the distance and stays a probability', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e6 }),
        fc.integer({ min: 1, max: 1e6 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (n, m, d) => {
          const p = ksPValue(d, n, m)
          expect(p).toBeGreaterThanOrEqual(0)
          expect(p).toBeLessThanOrEqual(1)
          expect(ksPValue(Math.min(1, d * 1.2 + 0.01), n, m)).toBeLessThanOrEqual(p + 1e-6)
        },
      ),
      { numRuns: 60 },
    )
  })
})

describe('sums and quantiles', () => {
  it('lose nothing where plain addition does', () => {
    expect(sumOf([1e16, 1, -1e16])).toBe(1)
    expect(sumOf([])).toBe(0)
  })
  it('interpolate between neighbours', () => {
    expect(quantileOfSorted([1, 2, 4], 0.75)).toBe(3)
    expect(quantileOfSorted([], 0.5)).toBeNull()
  })
})
