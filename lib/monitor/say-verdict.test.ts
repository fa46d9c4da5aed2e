import { describe, expect, it } from 'vitest'
import { HOUR_MS } from '@/lib/domain/time'
import type { MeasuredValue } from '@/lib/monitor/measurement'
import { sayVerdict } from '@/lib/monitor/say-verdict'
import { columnProfile, judge, normals, START_MS, storedProfile } from '@/lib/monitor/testing'

const covered = { startMs: START_MS, endMs: START_MS + HOUR_MS }
const say = (change: Partial<MeasuredValue>) =>
  sayVerdict(
    'not_enough_data',
    {
      kind: 'value',
      value: 0.19,
      limit: 0.1,
      limitRatio: 1.9,
      n: 60,
      nReference: 9_000,
      pValue: 0.03,
      isSevere: false,
      isEnough: false,
      neededN: 651,
      fact: 'Income is 0.30 σ lower than in the reference',
      evidence: 'KS 0.19, limit 0.10, 60 records',
      findings: [],
      detail: {},
      ...change,
    },
    0.2,
    { alpha: 0.001, covered, cadence: '1h' },
  )

describe('too little data', () => {
  it.each<[what: string, change: Partial<MeasuredValue>, said: string]>([
    [
      'beyond the limit',
      {},
      'Too little data to tell: the value is beyond its limit, but with 60 of 651 records needed that may be chance (KS 0.19, limit 0.10, 60 records). At this rate windows of one day would do.',
    ],
    [
      'within the limit',
      { limitRatio: 0.7 },
      'Too little data to tell: 60 of 651 records needed (KS 0.19, limit 0.10, 60 records). At this rate windows of one day would do.',
    ],
    [
      'a reference that is too small, beyond the limit',
      { neededN: null },
      'The reference is too small to see a change of this kind: the value is beyond its limit, but may be there by chance (KS 0.19, limit 0.10, 60 records).',
    ],
    [
      'a reference that is too small',
      { neededN: null, limitRatio: 0.7 },
      'The reference is too small to see a change of this kind (KS 0.19, limit 0.10, 60 records).',
    ],
  ])('%s', (_what, change, said) => {
    expect(say(change)).toBe(said)
  })

  it('is never silent about a value that a page shows beyond its limit', () => {
    const profile = storedProfile(
      Array.from({ length: 60 }, (_, k) => columnProfile(`c${k}`, normals(3_000, 0, 1, k))),
    )
    let beyond = 0
    for (let seed = 0; seed < 4; seed++) {
      const columns = Object.fromEntries(
        Array.from({ length: 60 }, (_, k) => [`c${k}`, normals(120, 0.25, 1, 100 * seed + k)]),
      )
      for (const { verdict, value, limit, reason } of judge(profile, {
        columns,
        withDetail: false,
      }).values()) {
        if (verdict !== 'not_enough_data' || value === null || limit === null || value <= limit) continue
        beyond++
        expect(reason).toContain('the value is beyond its limit')
      }
    }
    expect(beyond).toBeGreaterThan(0)
  })
})
