import { describe, expect, it } from 'vitest'
import { partOf } from '@/app/paging'

const NUMBERS = Array.from({ length: 7 }, (_, index) => index + 1)

describe('a page of a list', () => {
  it.each([
    ['no page asked for is the first', null, [1, 2, 3], 1],
    ['the last may be short', 3, [7], 3],
    ['beyond the last is the last', 9, [7], 3],
    ['before the first is the first', 0, [1, 2, 3], 1],
  ] as const)('%s', (_, page, rows, here) => {
    expect(partOf(NUMBERS, page, 3)).toMatchObject({ rows, page: here, pages: 3, total: 7 })
  })

  it('knows where its first row stands, and that an empty list has none', () => {
    expect(partOf(NUMBERS, 2, 3).first).toBe(4)
    expect(partOf([], null)).toEqual({ rows: [], page: 1, pages: 1, first: 0, total: 0 })
  })
})
