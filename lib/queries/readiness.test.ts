import { describe, expect, it } from 'vitest'
import type { EvaluationRow } from '@/db/contracts/evaluation-records'
import type { Version } from '@/lib/domain/model'
import { HOUR_MS } from '@/lib/domain/time'
import { readinessOf, whenEnough } from '@/lib/queries/readiness'

const START_MS = Date.UTC(2026, 10, 21, 9)

const version: Version = {
  id: 1,
  modelId: 1,
  name: 'v1',
  mode: 'live',
  createdMs: START_MS,
  profileId: 1,
  firstRecordMs: START_MS,
  lastRecordMs: START_MS + HOUR_MS,
}

const row = (over: Partial<EvaluationRow>): EvaluationRow => ({
  id: 1,
  versionId: 1,
  monitorId: 1,
  windowStartMs: START_MS,
  windowEndMs: START_MS + HOUR_MS,
  revision: 1,
  verdict: 'not_enough_data',
  value: 0.1,
  limit: 0.2,
  n: 60,
  nReference: 10_000,
  pValue: 0.5,
  pCorrected: 0.5,
  reason: '',
  historical: false,
  evaluatedMs: START_MS + HOUR_MS,
  metric: 'drift',
  column: { family: 'input', name: 'Income' },
  detail: { neededN: 651 },
  ...over,
})

const open = (latest: readonly EvaluationRow[], over: Partial<Parameters<typeof readinessOf>[0]> = {}) =>
  readinessOf({ version, cadence: '1h', latest, drifts: [], nowMs: START_MS + 2 * HOUR_MS, ...over })
    .filter(({ isDone }) => !isDone)
    .map(({ sentence }) => sentence)

describe('readiness', () => {
  it('says which windows would hold enough for the column that needs most', () => {
    expect(open([row({ n: 300 }), row({})])).toEqual([
      'Windows have too few records for a verdict on their inputs: 60 of 651 records needed. At this rate windows of one day would do.',
    ])
  })

  it('is not lost at night: one decided window in the range is enough', () => {
    expect(open([row({})], { drifts: ['not_enough_data', 'ok'] })).toEqual([])
    expect(open([row({ verdict: 'ok' }), row({})])).toEqual([])
  })

  it('says from when earlier windows are enough, while that lies ahead', () => {
    const waiting = (enoughFromMs: number) =>
      open([
        row({ verdict: 'ok' }),
        row({ metric: 'throughput', column: null, detail: { neededWindows: 24, enoughFromMs } }),
      ])
    expect(waiting(START_MS + 20 * HOUR_MS)).toEqual([
      'Too few earlier windows tell what is usual for software metrics. There will be enough from 2026-11-22 05:00 UTC on.',
    ])
    expect(waiting(START_MS)).toEqual(['Too few earlier windows tell what is usual for software metrics.'])
  })

  it('asks for records, a reference and judged windows first', () => {
    expect(open([], { version: { ...version, firstRecordMs: null, profileId: null } })).toHaveLength(3)
  })
})

describe('when a window like this one would have enough', () => {
  it('goes by the part of it that records could fill', () => {
    expect(whenEnough(row({}), '1h')).toBe('At this rate windows of one day would do.')
    const basis = {
      rule: '2',
      profile: 1,
      floor: 0.1,
      tests: 1,
      budget: 1,
      cadence: '1h',
      covered: [START_MS + HOUR_MS - 60_000, START_MS + HOUR_MS],
    } as const
    expect(whenEnough(row({ detail: { neededN: 651, basis } }), '1h')).toBe(
      'At this rate a whole window has enough.',
    )
    expect(whenEnough(row({ verdict: 'ok' }), '1h')).toBeNull()
  })
})
