import { describe, expect, it } from 'vitest'
import { decide } from '@/lib/monitor/decide'
import { canFixLimit, withFixedLimit } from '@/lib/monitor/fixed-limit'
import { type MeasuredValue, stateOf } from '@/lib/monitor/measurement'

const measured = (value: number, change: Partial<MeasuredValue> = {}): MeasuredValue => ({
  kind: 'value',
  value,
  limit: 0.1,
  limitRatio: value / 0.1,
  upperRatio: (value + 0.02) / 0.1,
  n: 1_200,
  nReference: 9_000,
  pValue: 1e-9,
  isSevere: value > 0.2,
  isEnough: true,
  neededN: 300,
  fact: 'income is lower',
  evidence: 'KS 0.15, limit 0.10, 1,200 records',
  findings: [],
  detail: {},
  ...change,
})

const judged = (metric: 'drift' | 'accuracy', fixedLimit: number | null, value: MeasuredValue) => {
  const result = withFixedLimit({ metric, fixedLimit }, value)
  if (result?.kind !== 'value') throw new Error('a value stays a value')
  return { result, verdict: decide(result, result.pValue, 0.001) }
}

describe('a limit set by hand', () => {
  it.each([
    ['a value below a higher limit is fine', 'drift', 0.3, measured(0.15), 'ok'],
    ['a value beyond a lower limit breaches', 'drift', 0.05, measured(0.08), 'drift'],
    ['twice the limit is severe', 'drift', 0.05, measured(0.12), 'severe'],
    ['a value whose upper end passes the limit is possible', 'drift', 0.16, measured(0.15), 'possible'],
    ['what chance explains is no breach', 'drift', 0.05, measured(0.08, { pValue: 0.2 }), 'possible'],
    ['of a metric that is bad when it falls, below is beyond', 'accuracy', 0.9, measured(0.8), 'drift'],
    ['and above is fine', 'accuracy', 0.7, measured(0.8), 'ok'],
    ['nothing at all is as bad as can be', 'accuracy', 0.7, measured(0), 'severe'],
  ] as const)('%s', (_, metric, limit, value, verdict) => {
    expect(judged(metric, limit, value).verdict).toBe(verdict)
  })

  it('says which limit it was, and that a person set it', () => {
    const { result } = judged('accuracy', 0.9, measured(0.8))
    expect(result).toMatchObject({ limit: 0.9, evidence: '80 %, limit 90 % set by hand, 1,200 records' })
  })

  it('leaves alone what has no value, no limit of its own, or two bad directions', () => {
    const state = stateOf('no_data', 'Nothing came.')
    expect(withFixedLimit({ metric: 'drift', fixedLimit: 0.3 }, state)).toBe(state)
    expect(withFixedLimit({ metric: 'drift', fixedLimit: 0.3 }, null)).toBe(null)
    const value = measured(0.15)
    expect(withFixedLimit({ metric: 'drift', fixedLimit: null }, value)).toBe(value)
    expect(withFixedLimit({ metric: 'throughput', fixedLimit: 3 }, value)).toBe(value)
    expect([canFixLimit('drift'), canFixLimit('accuracy'), canFixLimit('throughput')]).toEqual([
      true,
      true,
      false,
    ])
  })
})
