import { describe, expect, it } from 'vitest'
import { oncePer } from '@/lib/domain/once-per'

describe('what there is one of for each object', () => {
  it('is made at the first question and is the same at the next, for each object its own', () => {
    const made: object[] = []
    const bookOf = oncePer((store: object) => {
      made.push(store)
      return new Map<string, number>()
    })
    const [a, b] = [{}, {}]
    bookOf(a).set('x', 1)
    expect(bookOf(a).get('x')).toBe(1)
    expect(bookOf(b).size).toBe(0)
    expect(made).toEqual([a, b])
  })

  it('is asked for once where the answer is that there is none', () => {
    let asked = 0
    const sampleOf = oncePer((_profile: object) => {
      asked++
      return null
    })
    const profile = {}
    expect([sampleOf(profile), sampleOf(profile), asked]).toEqual([null, null, 1])
  })
})
