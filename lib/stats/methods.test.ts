import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildGrid, countOnGrid, mergeGridCounts } from '@/lib/stats/grid/grid'
import { energyOnGrid } from '@/lib/stats/grid/grid-energy'
import { ksOnGrid } from '@/lib/stats/grid/grid-ks'
import { wassersteinOnGrid } from '@/lib/stats/grid/grid-wasserstein'
import { DRIFT_METHODS, getDriftMethod } from '@/lib/stats/methods'
import { alignCategories, type Pair } from '@/lib/stats/methods/pair'
import { createMulberry32 } from '@/lib/stats/mulberry32'
import { deviationOf } from '@/lib/stats/sum'
import { energyDistance } from '@/lib/stats/two-sample/energy-distance'
import { wasserstein } from '@/lib/stats/two-sample/wasserstein'

const hostile = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(0, -0, 1e-300, -1e-300, 5e-324, 1e12),
)
const sample = fc.array(hostile, { minLength: 1, maxLength: 60 })

function numericPair(reference: readonly number[], current: readonly number[], cells = 16): Pair {
  const sorted = Float64Array.from(reference).sort()
  const grid = buildGrid(sorted, cells)
  return {
    kind: 'numeric',
    grid,
    reference: countOnGrid(grid, sorted),
    current: countOnGrid(grid, current),
    deviation: deviationOf(sorted) ?? 0,
  }
}

const counts = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.integer({ min: 0, max: 1000 }))

function exactKs(x: readonly number[], y: readonly number[]): number {
  const share = (values: readonly number[], at: number) =>
    values.filter((value) => value <= at).length / values.length
  return Math.max(...[...x, ...y].map((at) => Math.abs(share(x, at) - share(y, at))))
}

describe('every drift method', () => {
  it('answers a number in its range or a reason, on any numbers', () => {
    fc.assert(
      fc.property(sample, fc.array(hostile, { maxLength: 60 }), (reference, current) => {
        const pair = numericPair(reference, current)
        for (const method of DRIFT_METHODS.filter(({ kinds }) => kinds.includes('numeric'))) {
          const score = method.compute(pair)
          if (score.status === 'undefined') continue
          expect(score.value).toBeGreaterThanOrEqual(method.range[0])
          expect(score.value).toBeLessThanOrEqual(method.range[1])
          expect(Number.isFinite(score.value)).toBe(true)
          if (method.yields === 'test') expect(score.pValue).toBeGreaterThanOrEqual(0)
          expect(method.noiseLimit(pair, 0.001)).toBeGreaterThanOrEqual(method.noiseFloor(pair) * 0.99)
        }
      }),
    )
  })

  it('answers a number in its range or a reason, on any categories', () => {
    fc.assert(
      fc.property(counts, counts, (a, b) => {
        const pair = alignCategories(new Map(Object.entries(a)), new Map(Object.entries(b)))
        for (const method of DRIFT_METHODS.filter(({ kinds }) => kinds.includes('categorical'))) {
          const score = method.compute(pair)
          if (score.status === 'undefined') continue
          expect(score.value).toBeGreaterThanOrEqual(method.range[0])
          expect(score.value).toBeLessThanOrEqual(method.range[1])
        }
      }),
    )
  })

  it('is 0 for a sample against itself, and symmetric where it promises to be', () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const pooled = [...x, ...y]
        const grid = buildGrid(Float64Array.from(pooled).sort(), 16)
        const [a, b] = [countOnGrid(grid, x), countOnGrid(grid, y)]
        const pair = (reference: typeof a, current: typeof a): Pair => ({
          kind: 'numeric',
          grid,
          reference,
          current,
          deviation: 1,
        })
        for (const id of ['ks', 'total_variation', 'l_infinity', 'chi_square']) {
          const same = getDriftMethod(id).compute(pair(a, a))
          if (same.status === 'ok') expect(same.value).toBeCloseTo(0, 12)
        }
        const there = getDriftMethod('ks').compute(pair(a, b))
        const back = getDriftMethod('ks').compute(pair(b, a))
        expect(there).toMatchObject({ status: 'ok' })
        if (there.status === 'ok' && back.status === 'ok') expect(there.value).toBeCloseTo(back.value, 12)
      }),
    )
  })
})

describe('proven intervals', () => {
  it('contain the exact KS, Wasserstein and energy distance of the raw values', () => {
    fc.assert(
      fc.property(sample, sample, fc.integer({ min: 1, max: 32 }), (x, y, cells) => {
        const sorted = Float64Array.from(x).sort()
        const grid = buildGrid(sorted, cells)
        const [a, b] = [countOnGrid(grid, x), countOnGrid(grid, y)]
        const ks = ksOnGrid(grid, a, b)
        const exact = exactKs(x, y)
        expect(ks.status === 'ok' && ks.lower <= exact + 1e-12 && exact <= ks.upper + 1e-12).toBe(true)
        const bounds = wassersteinOnGrid(grid, a, b)
        const raw = wasserstein(x, y)
        if (bounds.status !== 'ok' || raw.status !== 'ok') throw new Error('both sides have values')
        const slack = 1e-9 * Math.max(1, ...x.map(Math.abs), ...y.map(Math.abs))
        expect(bounds.lower).toBeLessThanOrEqual(raw.raw + slack)
        expect(raw.raw).toBeLessThanOrEqual(bounds.upper + slack)
        const energy = energyOnGrid(grid, a, b)
        const square = energyDistance(x, y)
        if (energy.status !== 'ok' || square.status !== 'ok') throw new Error('both sides have values')
        expect(energy.lower ** 2).toBeLessThanOrEqual(square.value ** 2 + slack)
        expect(square.value ** 2).toBeLessThanOrEqual(energy.upper ** 2 + slack)
      }),
    )
  })

  it('do not depend on how the current sample was cut into buckets', () => {
    fc.assert(
      fc.property(sample, sample, sample, (x, y, z) => {
        const grid = buildGrid(Float64Array.from(x).sort(), 16)
        const reference = countOnGrid(grid, x)
        const merged = mergeGridCounts(countOnGrid(grid, y), countOnGrid(grid, z))
        expect(ksOnGrid(grid, reference, merged)).toEqual(
          ksOnGrid(grid, reference, countOnGrid(grid, [...y, ...z])),
        )
      }),
    )
  })
})

describe('noise limits', () => {
  it('are passed by chance about as rarely as they say', () => {
    const random = createMulberry32(11)
    const exceeded = new Map<string, number>()
    const rounds = 400
    const alpha = 0.02
    for (let round = 0; round < rounds; round++) {
      const draw = (n: number) => Array.from({ length: n }, () => random.normal())
      const pair = numericPair(draw(600), draw(300), 256)
      const label = () => 'abcd'[random.below(4)] ?? 'a'
      const tally = (n: number) => {
        const map = new Map<string, number>()
        for (let i = 0; i < n; i++) {
          const key = label()
          map.set(key, (map.get(key) ?? 0) + 1)
        }
        return map
      }
      const categories = alignCategories(tally(600), tally(300))
      for (const tested of [pair, categories]) {
        for (const method of DRIFT_METHODS.filter(({ kinds }) => kinds.includes(tested.kind))) {
          const score = method.compute(tested)
          if (score.status !== 'ok' || score.value <= method.noiseLimit(tested, alpha)) continue
          const name = `${method.id} ${tested.kind}`
          exceeded.set(name, (exceeded.get(name) ?? 0) + 1)
        }
      }
    }
    for (const [name, count] of exceeded) {
      // Where a bin beyond the reference's range has a row or two, the law of the G test is reached slowly; it judges nothing.
      const most = name.startsWith('g_test') ? 3 * alpha : 2.5 * alpha
      expect(count / rounds, name).toBeLessThan(most)
    }
  })
})
