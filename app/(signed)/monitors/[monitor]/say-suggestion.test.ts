import { describe, expect, it } from 'vitest'
import { saySuggestion } from '@/app/(signed)/monitors/[monitor]/say-suggestion'

describe('what marked alerts say of a limit', () => {
  it.each([
    [{ limit: null, falseAlarms: 0, real: 2 }, null],
    [
      { limit: 0.21, falseAlarms: 1, real: 0 },
      'People marked 1 alert of this monitor false. It would have stayed within a limit of 0.21.',
    ],
    [
      { limit: 0.252, falseAlarms: 2, real: 1 },
      'People marked 2 alerts of this monitor false and 1 real. The false ones would have stayed within a limit of 0.252, and the real one gone beyond it.',
    ],
    [
      { limit: null, falseAlarms: 1, real: 3 },
      'People marked 1 alert of this monitor false and 3 real. No limit tells them apart: a false one went as far as a real one.',
    ],
    [
      { limit: null, falseAlarms: 2, real: 0 },
      'People marked 2 alerts of this monitor false. They went as far as values can go, so no limit would have kept them quiet.',
    ],
  ])('%o', (suggestion, sentence) => {
    expect(saySuggestion(suggestion)).toBe(sentence)
  })
})
