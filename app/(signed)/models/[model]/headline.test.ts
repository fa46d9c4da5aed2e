import { describe, expect, it } from 'vitest'
import { headline } from '@/app/(signed)/models/[model]/headline'

const family = (judged: number, undecided: number) => ({
  worst: undecided === judged ? ('not_enough_data' as const) : ('ok' as const),
  judged,
  undecided,
  breached: 0,
  sentence: '',
})

const told = (software: number, input: number, output: number) =>
  headline(
    {
      alerts: [],
      historicalAlerts: [],
      isStale: false,
      families: { software: family(5, software), input: family(8, input), output: family(3, output) },
    },
    '1 h ago',
    'UTC',
  )

describe('the sentence over a model page', () => {
  it('calls within limits only what was judged', () => {
    expect(told(0, 0, 0)).toBe('Software, inputs and outputs are within their limits.')
    expect(told(4, 7, 2)).toBe('Software, inputs and outputs are within their limits.')
    expect(told(5, 8, 3)).toBe('The newest window has too little data for a verdict.')
    expect(told(0, 8, 3)).toBe(
      'Nothing passed its limit, but the newest window has too little data on inputs and outputs.',
    )
  })
})
