import { describe, expect, it } from 'vitest'
import { splitNoise, splitNoiseLimit } from '@/lib/stats/methods/split-noise'
import { createMulberry32 } from '@/lib/stats/mulberry32'

const squaredHellinger = (p: number, q: number) => (Math.sqrt(p) - Math.sqrt(q)) ** 2 / 2

/** One bin of t rows beside one of all the others. */
const oneBin = (t: number, n: number, m: number) => {
  const rest = { reference: [n], current: [m] }
  const whole = splitNoise(rest, squaredHellinger, 1)
  const fromT = Math.round((t * m) / (n + m))
  const both = { reference: [t - fromT, n - t + fromT], current: [fromT, m - fromT] }
  return { ...splitNoise(both, squaredHellinger, 1), whole }
}

describe('noise of a divergence on given counts', () => {
  it('is nothing where there is one bin only', () => {
    expect(oneBin(0, 500, 300).whole).toEqual({ mean: 0, variance: 0 })
    expect(splitNoiseLimit({ mean: 0, variance: 0 }, 0.001)).toBe(0)
  })

  it('is that of the only split for a single row', () => {
    const single = splitNoise({ reference: [0, 600], current: [1, 299] }, squaredHellinger, 1)
    const others = (1 / 600 + 1 / 300) / 8 / 900
    expect(single.mean).toBeCloseTo(1 / 900 + others, 12)
  })

  it('does not care which side is the smaller one', () => {
    const there = splitNoise({ reference: [3, 90], current: [2, 10] }, squaredHellinger, 1)
    const back = splitNoise({ reference: [2, 10], current: [3, 90] }, squaredHellinger, 1)
    expect(there.mean).toBeCloseTo(back.mean, 14)
    expect(there.variance).toBeCloseTo(back.variance, 14)
  })

  it('goes over into the law of many rows without a step', () => {
    const before = oneBin(89, 20_000, 10_000)
    const after = oneBin(91, 20_000, 10_000)
    expect(before.mean / after.mean).toBeCloseTo(1, 1)
    expect(before.variance / after.variance).toBeCloseTo(1, 0)
  })

  it('is exceeded about as often as asked, with rare categories and a window far smaller than the reference', () => {
    const random = createMulberry32(5)
    const rounds = 500
    const draw = (rows: number) => {
      const counts = new Array<number>(60).fill(0)
      for (let i = 0; i < rows; i++) {
        const k = Math.floor(60 ** random.uniform())
        counts[k] = (counts[k] ?? 0) + 1
      }
      return counts
    }
    let exceeded = 0
    for (let round = 0; round < rounds; round++) {
      const [reference, current] = [draw(6_000), draw(300)]
      const value = reference.reduce(
        (sum, count, j) => sum + squaredHellinger(count / 6_000, (current[j] ?? 0) / 300),
        0,
      )
      if (value > splitNoiseLimit(splitNoise({ reference, current }, squaredHellinger, 1), 0.02)) exceeded++
    }
    expect(exceeded / rounds).toBeLessThan(0.04)
  })
})
