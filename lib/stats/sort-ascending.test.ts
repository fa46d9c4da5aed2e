import { expect, it } from 'vitest'
import { createMulberry32 } from '@/lib/stats/mulberry32'
import { sortAscending } from '@/lib/stats/sort-ascending'

const random = createMulberry32(3)
const HOSTILE = [0, -0, 5e-324, -5e-324, 1e300, -1e300, Number.MAX_VALUE, -Number.MAX_VALUE, 1, -1]

it.each([
  ['normal numbers', () => random.normal()],
  ['few different ones', () => random.below(7) - 3],
  ['one value', () => -2.5],
  ['zeros of both signs and the ends of the doubles', () => HOSTILE[random.below(HOSTILE.length)] ?? 0],
])('sorts %s as the built-in sort does, many and few, anywhere in a buffer', (_, draw) => {
  for (const n of [0, 1, 100, 20_001]) {
    const values = Float64Array.from({ length: n + 3 }, draw).subarray(3)
    const expected = values.slice().sort()
    const sorted = sortAscending(values)
    expect(sorted).toBe(values)
    expect(sorted.every((value, i) => Object.is(value, expected[i]))).toBe(true)
  }
})
