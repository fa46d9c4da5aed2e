import { describe, expect, it } from 'vitest'
import { describeResult, describeTitle } from '@/lib/alert/describe-alert'
import { monitor as aMonitor, hour, judged } from '@/lib/alert/testing'
import type { Verdict } from '@/lib/domain/evaluation'
import type { Monitor } from '@/lib/domain/monitor'

const income = { family: 'input', name: 'Income' } as const
const unitChange = {
  kind: 'unit_change',
  column: income,
  share: 1,
  sentence: 'Income is 100 times larger (cents?).',
} as const

function evidence(of: Partial<Monitor>, reason: string, change: object = {}, verdict: Verdict = 'drift') {
  const monitor = aMonitor(1, of)
  return { monitor, result: judged(monitor, verdict, hour(0), { reason, ...change }) }
}

const drift = { metric: 'drift', method: 'ks', column: income } as const
const shifted = 'Income is 0.42 σ lower than in the reference (KS 0.31, limit 0.20, 1,024 records).'

describe('what an alert says first', () => {
  it.each<[string, Partial<Monitor>, string, object, string]>([
    [
      'the sentence of the verdict, its figures after it',
      drift,
      shifted,
      {},
      'Income is 0.42 σ lower than in the reference (KS 0.31 > 0.20)',
    ],
    [
      'only the limit where the sentence has the value',
      { metric: 'missing_share', method: null, column: income },
      '46 % of the values of Income are missing (2 % in the reference, limit 3.1 %, 500 records).',
      { value: 0.46, limit: 0.031 },
      '46 % of the values of Income are missing (limit 3.1 %)',
    ],
    [
      'a sentence of ours within the line',
      { metric: 'latency_p95', method: null, column: null },
      '95th percentile latency is 92 ms; usual is 20 ms (limit 40 ms from 24 earlier windows, 500 records).',
      { value: 92, limit: 40 },
      '95th percentile latency is 92 ms; usual is 20 ms (limit 40 ms)',
    ],
    [
      'names as they are written, with whatever they hold',
      { ...drift, column: { family: 'input', name: 'Size (m2). x' } },
      'Size (m2). x is 2.00 σ higher than in the reference (KS 0.31, limit 0.20, 9 records).',
      {},
      'Size (m2). x is 2.00 σ higher than in the reference (KS 0.31 > 0.20)',
    ],
    ['the figures where there is no sentence', drift, 'Moved.', {}, 'KS 0.31 > 0.20 on Income'],
    [
      'the fault that was found',
      drift,
      `${unitChange.sentence} ${shifted}`,
      { detail: { findings: [unitChange] } },
      'the unit of Income seems to have changed',
    ],
  ])('%s', (_name, of, reason, change, said) => {
    expect(describeResult(evidence(of, reason, change))).toBe(said)
  })

  it('what was measured where another alert names the fault', () => {
    const found = evidence(drift, `${unitChange.sentence} ${shifted}`, { detail: { findings: [unitChange] } })
    expect(describeResult(found, true)).toBe('Income is 0.42 σ lower than in the reference (KS 0.31 > 0.20)')
  })

  it('no sentence of a window that is within limits again', () => {
    const calm = evidence(drift, `Within limits: ${shifted}`, { value: 0.05 }, 'ok')
    expect(describeResult(calm)).toBe('KS 0.05 < 0.20 on Income')
  })

  it('the model before it, and how many other columns are hit after it', () => {
    const others = ['a', 'b'].map((name, at) => {
      const monitor = aMonitor(at + 2, { ...drift, column: { family: 'input', name } })
      return { monitor, result: judged(monitor, 'drift', hour(0), { value: 0.21 }) }
    })
    const said = 'fraud v7: Income is 0.42 σ lower than in the reference (KS 0.31 > 0.20)'
    expect(describeTitle('fraud', 'v7', 'input_drift', [...others, evidence(drift, shifted)])).toBe(
      `${said}; 2 more columns are hit`,
    )
    expect(describeTitle('fraud', 'v7', 'input_drift', [evidence(drift, shifted)])).toBe(said)
    expect(describeTitle('fraud', 'v7', 'no_data', [])).toBe('fraud v7: no data')
  })
})
