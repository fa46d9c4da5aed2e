import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { quantileOfSorted } from '@/lib/stats/quantile'
import { scaledBesselK } from '@/lib/stats/special/bessel-k'
import { cramerVonMisesSurvival } from '@/lib/stats/special/cramer-von-mises-limit'
import { deviance } from '@/lib/stats/special/deviance'
import { incompleteBeta } from '@/lib/stats/special/incomplete-beta'
import { chiSquareCritical, chiSquareSurvival, gammaP, gammaQ } from '@/lib/stats/special/incomplete-gamma'
import { kolmogorovSurvival, kolmogorovSurvivalFast, ksPValue } from '@/lib/stats/special/kolmogorov'
import { logGamma } from '@/lib/stats/special/log-gamma'
import { erfc, normalCdf, normalQuantile, normalSurvival } from '@/lib/stats/special/normal'
import { smirnovSurvival } from '@/lib/stats/special/smirnov'
import { studentCdf, studentSurvival, studentTwoSided } from '@/lib/stats/special/student-t'
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

/** Expected values: mpmath 1.3 with 30 to 60 digits, by its own incomplete functions, Bessel function and quadrature. */
describe('deep tails, to ten digits', () => {
  it("of Student's t, from few to millions of degrees of freedom", () => {
    close(studentTwoSided(10, 3.7), 0.0008239668418246424, 1e-12)
    close(studentTwoSided(40, 5), 1.8411962171772954e-7, 1e-12)
    close(studentTwoSided(30, 29), 2.197744845098805e-23, 1e-12)
    close(studentTwoSided(87.5, 78.29), 7.451072271334972e-80, 1e-12)
    close(studentTwoSided(12, 1e3), 4.324057386774527e-31, 1e-12)
    close(studentTwoSided(11.6, 199_997.3), 4.216482830909647e-31, 1e-11)
    close(studentTwoSided(20, 1e7), 5.529431206953926e-89, 1e-11)
    close(studentTwoSided(1e10, 3), 2.205315581687168e-30, 1e-12)
    // Cauchy's law and two degrees of freedom have closed forms: arctan(1/t)·2/π and 2/(√(t²+2)(√(t²+2)+t)).
    for (const t of [1, 1e5, 1e15, 1e30])
      close(studentTwoSided(t, 1), (2 / Math.PI) * Math.atan(1 / t), 1e-12)
    for (const t of [1, 1e3, 1e7])
      close(studentTwoSided(t, 2), 2 / (Math.hypot(t, Math.SQRT2) * (Math.hypot(t, Math.SQRT2) + t)))
  })

  it('of gamma, chi-square, beta and the normal law', () => {
    close(gammaQ(0.5, 70), 2.6620348904588313e-32)
    close(gammaQ(3, 100), 1.8976107553682285e-40)
    close(gammaQ(500, 800), 1.742039824439163e-30)
    close(gammaQ(1e4, 1.1e4), 1.6928531496469328e-22)
    close(gammaQ(1e5, 1.03e5), 2.8706236917814667e-21)
    close(incompleteBeta(0.2, 100, 30), 1.273659878795935e-44)
    close(incompleteBeta(0.01, 1000, 5e4), 5.545810692673352e-83)
    close(erfc(8), 1.1224297172982926e-29)
    close(erfc(15), 7.212994172451207e-100)
    close(erfc(26), 5.663192408856143e-296)
    // P(Z ≥ z) with chi-square on one degree of freedom, two ways to one number.
    for (const z of [1, 5, 11.5, 30]) close(2 * normalSurvival(z), chiSquareSurvival(z * z, 1), 1e-11)
  })

  it('of the limit law of Cramér and von Mises, on both sides of its switch', () => {
    close(cramerVonMisesSurvival(0.05), 0.876280931041349)
    close(cramerVonMisesSurvival(0.46136), 0.05000038313265128)
    close(cramerVonMisesSurvival(0.59), 0.023695050023492637)
    close(cramerVonMisesSurvival(0.6), 0.02238231213081401)
    close(cramerVonMisesSurvival(1.5), 0.00017269621978801883)
    close(cramerVonMisesSurvival(6), 2.008774178694868e-14)
    close(cramerVonMisesSurvival(14), 9.464931883714415e-32)
    expect(cramerVonMisesSurvival(1e6)).toBe(0)
  })

  it("of Smirnov's law: one row has a straight line, two a parabola", () => {
    for (const d of [1e-6, 0.3, 0.999]) {
      close(smirnovSurvival(1, d), 1 - d)
      // n = 2: (1-d)² + 2d(1-d-½) while d < ½.
      close(smirnovSurvival(2, d), (1 - d) ** 2 + (d < 0.5 ? 2 * d * (0.5 - d) : 0), 1e-10)
    }
  })

  it("of Smirnov's law beyond a million rows, deep into the tail: the sum of all its terms", () => {
    const at = (n: number, z: number) => smirnovSurvival(n, Math.sqrt(z / n))
    close(at(1_000_001, 0.1), 0.818558200519, 1e-11)
    close(at(1_000_001, 2.2), 0.0122651913525, 1e-11)
    close(at(1_000_001, 10), 2.05673062359e-9, 1e-11)
    close(at(1_000_001, 40), 1.79601170114e-35, 1e-11)
    close(at(1_000_001, 300), 2.51755487905e-261, 1e-11)
    close(at(3_000_000, 100), 1.37655961584e-87, 1e-11)
    close(at(1_000_001, 0.001), 0.997980959616, 1e-7)
    // No step where not every term is taken any more: one row more changes hardly anything.
    for (const d of [0.004, 0.02, 0.05]) close(smirnovSurvival(50_001, d), smirnovSurvival(50_000, d), 0.01)
  })
})

describe('special functions keep their identities', () => {
  it('Bessel K: closed form at one half, recurrence in the order, K_¼ by another implementation', () => {
    for (const x of [1e-8, 1e-3, 0.5, 1, 7, 300, 1e6]) {
      close(scaledBesselK(0.5, x), Math.sqrt(Math.PI / (2 * x)), 1e-13)
      for (const order of [0.25, 1]) {
        const sides = scaledBesselK(Math.abs(order - 1), x) + ((2 * order) / x) * scaledBesselK(order, x)
        close(scaledBesselK(order + 1, x), sides, 1e-12)
      }
    }
    close(scaledBesselK(0.25, 1), 1.1708721016781378, 1e-13)
    close(scaledBesselK(0.25, 1e-8), 215.55944813944137, 1e-13)
    close(scaledBesselK(0.25, 1e7), 0.00039633272604498195, 1e-13)
    expect(() => scaledBesselK(0.25, 0)).toThrow(RangeError)
    expect(() => scaledBesselK(0.25, Number.NaN)).toThrow(RangeError)
  })

  it("Student's t: symmetry, complement, and the normal law in the limit", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 0.3, max: 1e8, noNaN: true }),
        (t, df) => {
          expect(studentTwoSided(t, df)).toBe(studentTwoSided(-t, df))
          expect(studentCdf(t, df) + studentSurvival(t, df)).toBeCloseTo(1, 14)
          expect(studentTwoSided(t, df)).toBeGreaterThanOrEqual(0)
          expect(studentTwoSided(t, df)).toBeLessThanOrEqual(1)
        },
      ),
    )
    for (const t of [0.1, 2, 6]) close(studentSurvival(t, 1e14), normalSurvival(t), 1e-10)
    expect(studentTwoSided(Number.POSITIVE_INFINITY, 4)).toBe(0)
    expect(studentTwoSided(0, 4)).toBe(1)
  })

  it('gamma and beta: recurrence in the parameter, reflection', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.2, max: 5_000, noNaN: true }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.double({ min: 0.2, max: 5_000, noNaN: true }),
        (a, x, b) => {
          expect(incompleteBeta(x, a, b) + incompleteBeta(1 - x, b, a)).toBeCloseTo(1, 10)
        },
      ),
    )
    // Q(a+1, x) = Q(a, x) + x^a e^-x / Γ(a+1), far out in the tail.
    for (const [a, x] of [
      [0.5, 60],
      [7, 120],
      [40.5, 200],
    ] as const) {
      close(gammaQ(a + 1, x) - gammaQ(a, x), Math.exp(a * Math.log(x) - x - logGamma(a + 1)), 1e-10)
    }
  })

  it('the deviance is never negative and vanishes at equality only', () => {
    expect(deviance(7, 7)).toBe(0)
    // Near equality (x-m)²/(2m) is its first term; plain arithmetic would lose every digit here.
    close(deviance(1e10 + 1, 1e10), 5e-11, 1e-9)
    close(deviance(2, 1), 2 * Math.LN2 - 1)
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
