import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMulberry32 } from '@/lib/stats/mulberry32'
import { orderStatistics } from '@/lib/stats/two-sample/order-statistics'

const pooled = (parts: readonly Float64Array[]) =>
  Float64Array.from(parts.flatMap((part) => [...part])).sort()

describe('order statistics', () => {
  it.each([
    ['normal values', (u: () => number) => Math.log(u()) * (u() < 0.5 ? -1 : 1)],
    ['few different values', (u: () => number) => Math.floor(7 * u()) - 3],
    ['one value', () => 5],
    ['values of all sizes', (u: () => number) => (u() < 0.5 ? -1 : 1) * 10 ** (600 * u() - 300)],
    ['values that differ in their last digits', (u: () => number) => 1 + Math.floor(1e5 * u()) * 2 ** -52],
  ])('are those of the sorted sample: %s', (_name, draw) => {
    const random = createMulberry32(3)
    const parts = [30_000, 1, 12_000].map((n) =>
      Float64Array.from({ length: n }, () => draw(() => random.uniform())),
    )
    const sorted = pooled(parts)
    const ranks = [0, 1, 10_499, 10_500, 21_000, 31_500, sorted.length - 1]
    expect(orderStatistics(parts, ranks)).toEqual(ranks.map((rank) => sorted[rank]))
  })

  it('are read from small samples too, and leave the samples as they are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
        fc.nat(),
        (values, seed) => {
          const parts = [Float64Array.from(values), new Float64Array(0)]
          const before = parts.map((part) => part.slice())
          const rank = seed % values.length
          expect(orderStatistics(parts, [rank])[0]).toBe(pooled(parts)[rank])
          expect(parts).toEqual(before)
        },
      ),
    )
  })
})
