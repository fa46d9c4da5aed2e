import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hellinger } from '@/lib/stats/divergence/hellinger'
import { countInBins } from '@/lib/stats/divergence/histogram-edges'
import { jensenShannon } from '@/lib/stats/divergence/jensen-shannon'
import { klDivergence } from '@/lib/stats/divergence/kl-divergence'
import { psiOfCounts } from '@/lib/stats/divergence/psi'
import { evidentlyHellingerBins, nannymlBins } from '@/lib/stats/divergence/sample-bins'
import type { Score } from '@/lib/stats/outcome'

type Divergence = (reference: ArrayLike<number>, current: ArrayLike<number>) => Score

const divergences: Readonly<Record<string, Divergence>> = {
  hellinger,
  jensenShannon,
  klDivergence,
  psiOfCounts,
}

function scoreOf(divergence: Divergence, p: ArrayLike<number>, q: ArrayLike<number>): number {
  const score = divergence(p, q)
  if (score.status !== 'ok') throw new Error(`no value: ${score.reason}`)
  return score.value
}

/** Counts of both sides on the same bins, at least one row a side. */
const pairs = fc
  .array(fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 40 })), { minLength: 1, maxLength: 12 })
  .map((bins) => ({ p: bins.map(([a]) => a), q: bins.map(([, b]) => b) }))
  .filter(({ p, q }) => p.some((count) => count > 0) && q.some((count) => count > 0))

const weight = fc.oneof(
  fc.constantFrom(0, -0, 5e-324, 1e-300, 1e300, 1.7e308, 1),
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
)

describe.each(Object.entries(divergences))('%s', (_name, divergence) => {
  it('is finite, not negative, and zero between equal shares', () => {
    fc.assert(
      fc.property(pairs, ({ p, q }) => {
        expect(Number.isFinite(scoreOf(divergence, p, q))).toBe(true)
        expect(scoreOf(divergence, p, q)).toBeGreaterThanOrEqual(0)
        expect(scoreOf(divergence, p, [...p])).toBeCloseTo(0, 9)
      }),
    )
  })

  it('does not depend on the order of bins', () => {
    fc.assert(
      fc.property(pairs, ({ p, q }) => {
        const turned = scoreOf(divergence, [...p].reverse(), [...q].reverse())
        expect(turned).toBeCloseTo(scoreOf(divergence, p, q), 9)
      }),
    )
  })

  it('answers a finite number or a reason for weights of any size', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(weight, weight), { maxLength: 8 }), (bins) => {
        const score = divergence(
          bins.map(([a]) => a),
          bins.map(([, b]) => b),
        )
        if (score.status === 'ok') expect(Number.isFinite(score.value)).toBe(true)
        else expect(score.reason).toEqual(expect.any(String))
      }),
      { numRuns: 400 },
    )
  })

  it('names what it cannot compare', () => {
    expect(divergence([1, 2], [1])).toEqual({ status: 'undefined', reason: 'length_mismatch' })
    expect(divergence([], [])).toEqual({ status: 'undefined', reason: 'too_few_values' })
    expect(divergence([0, 0], [1, 2])).toEqual({ status: 'undefined', reason: 'too_few_values' })
    for (const bad of [Number.NaN, -1, Number.POSITIVE_INFINITY, '2' as unknown as number]) {
      expect(divergence([1, bad], [1, 2])).toEqual({ status: 'undefined', reason: 'invalid_value' })
      expect(divergence([1, 2], [bad, 2])).toEqual({ status: 'undefined', reason: 'invalid_value' })
    }
  })
})

describe('divergences among each other', () => {
  it('those that promise it are symmetric and at most 1', () => {
    fc.assert(
      fc.property(pairs, ({ p, q }) => {
        for (const divergence of [hellinger, jensenShannon]) {
          expect(scoreOf(divergence, p, q)).toBeCloseTo(scoreOf(divergence, q, p), 12)
          expect(scoreOf(divergence, p, q)).toBeLessThanOrEqual(1)
        }
      }),
    )
  })

  it('keep the inequalities H² ≤ TV ≤ √2·H and JS² ≤ TV', () => {
    fc.assert(
      fc.property(pairs, ({ p, q }) => {
        const [n, m] = [p, q].map((counts) => counts.reduce((sum, count) => sum + count, 0)) as [
          number,
          number,
        ]
        const tv = p.reduce((sum, count, j) => sum + Math.abs(count / n - q[j]! / m), 0) / 2
        const h = scoreOf(hellinger, p, q)
        expect(h * h).toBeLessThanOrEqual(tv + 1e-12)
        expect(tv).toBeLessThanOrEqual(Math.SQRT2 * h + 1e-12)
        expect(scoreOf(jensenShannon, p, q) ** 2).toBeLessThanOrEqual(tv + 1e-12)
      }),
    )
  })

  it('keep their worked examples', () => {
    expect(scoreOf(hellinger, [1, 0], [0, 1])).toBe(1)
    expect(scoreOf(klDivergence, [1, 1], [1, 3])).toBeCloseTo(0.5 * Math.log(2) + 0.5 * Math.log(2 / 3), 14)
    expect(scoreOf(jensenShannon, [3, 0], [0, 8])).toBe(1)
  })

  it('Hellinger keeps its digits near zero, where one minus the affinity has none', () => {
    const share = 1e-9
    // To first order H² = δ²/8 · (1/p + 1/q) with p = q = ½.
    const expected = share * Math.SQRT1_2
    const actual = scoreOf(hellinger, [0.5, 0.5], [0.5 + share, 0.5 - share])
    expect(Math.abs(actual / expected - 1)).toBeLessThan(1e-6)
  })
})

describe('bins of peers', () => {
  it('count every row once', () => {
    const sample = fc.array(fc.integer({ min: -30, max: 30 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(sample, sample, fc.boolean(), (x, y, numeric) => {
        const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0)
        for (const bins of [evidentlyHellingerBins(x, y, numeric), nannymlBins(x, y, numeric)]) {
          expect(total(bins.reference)).toBe(x.length)
          expect(total(bins.current)).toBe(y.length)
        }
      }),
    )
  })
})

describe('counting in bins', () => {
  it('finds the bin of every value as a search through all edges does, whatever the edges', () => {
    const edge = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: -4, max: 4 }),
      fc.constantFrom(0, 5e-324, 1e300, -1e300, Number.MAX_VALUE, -Number.MAX_VALUE),
    )
    const edges = fc
      .uniqueArray(edge, { minLength: 2, maxLength: 30, comparator: (a, b) => a === b })
      .map((list) => list.sort((a, b) => a - b))
    fc.assert(
      fc.property(edges, fc.array(edge), (ends, others) => {
        const values = [...ends, ...others]
        const expected = ends
          .slice(1)
          .map(
            (end, j) =>
              values.filter(
                (value) =>
                  value >= (ends[j] ?? 0) && (value < end || (value === end && j === ends.length - 2)),
              ).length,
          )
        expect(countInBins(values, ends)).toEqual(expected)
      }),
      { numRuns: 500 },
    )
  })
})
