import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ascendingOrder } from '@/lib/stats/sort-order'
import { hostileNumber } from '@/lib/stats/testing'

const byComparison = (values: readonly number[]) =>
  values.map((_, row) => row).sort((a, b) => values[a]! - values[b]! || a - b)

describe('ascendingOrder', () => {
  it('orders any finite numbers as a stable comparison does, below and above the size where it counts digits', () => {
    const lists = fc.oneof(
      fc.array(hostileNumber, { maxLength: 40 }),
      fc.array(hostileNumber, { minLength: 512, maxLength: 700 }),
    )
    fc.assert(
      fc.property(lists, (values) => {
        expect([...ascendingOrder(values)]).toEqual(byComparison(values))
      }),
      { numRuns: 60 },
    )
  })
  it('takes -0 and 0 for equal', () => {
    const values = Array.from({ length: 600 }, (_, row) => (row % 2 === 0 ? 0 : -0))
    expect([...ascendingOrder(values)]).toEqual(values.map((_, row) => row))
  })
})
