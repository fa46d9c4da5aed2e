import { describe, expect, it } from 'vitest'
import { matchesSearch } from '@/lib/domain/search'

describe('a search', () => {
  it.each([
    ['nothing takes everything', ' ', ['x'], true],
    ['case does not matter', 'KREDIT süd', ['Kreditwürdigkeit Süd'], true],
    ['words may stand in different texts', 'fraud zoë', ['fraud-eu', 'Zoë'], true],
    ['every word is needed', 'fraud us', ['fraud-eu', null], false],
  ] as const)('%s', (_, search, texts, expected) => {
    expect(matchesSearch(search, texts)).toBe(expected)
  })
})
