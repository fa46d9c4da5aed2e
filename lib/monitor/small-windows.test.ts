import { describe, expect, it } from 'vitest'
import { HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { columnProfile, judge, normals, START_MS, storedProfile, trafficSummary } from '@/lib/monitor/testing'
import { sayMeasure } from '@/lib/monitor/words'
import { emptyQuality } from '@/lib/summary/merge-quality'
import type { QualitySummary } from '@/lib/summary/types'

const income = columnProfile('Income', normals(10_000, 50, 10, 1))
const prediction = columnProfile(
  'prediction',
  Array.from({ length: 10_000 }, (_, i) => (i % 10 === 0 ? '1' : '0')),
  { family: 'output', role: 'prediction' },
)

describe('one or two odd records', () => {
  const profile = storedProfile([income, prediction])

  it.each([1, 2])('%i without a prediction are no drift, however small the window', (nullPredictions) => {
    for (const records of [2, 10, 40, 150, 1_000]) {
      const judged = judge(profile, { traffic: trafficSummary(records, { nullPredictions }) })
      expect(judged.get('null_share')?.verdict).toMatch(/^(ok|not_enough_data)$/)
    }
  })

  it('make no missing column and no other type', () => {
    for (const odd of [null, 'n/a!']) {
      const judged = judge(profile, { columns: { Income: [odd, odd] } })
      for (const metric of ['drift', 'missing_share', 'type_changed_share']) {
        expect(judged.get(`${metric} Income`)?.verdict).toBe('not_enough_data')
      }
    }
  })

  it('but many are', () => {
    const judged = judge(profile, { traffic: trafficSummary(1_000, { nullPredictions: 60 }) })
    expect(judged.get('null_share')?.verdict).toBe('drift')
  })
})

function labelled(counts: { tp: number; fp: number; fn: number; tn: number }): QualitySummary {
  const { tp, fp, fn, tn } = counts
  const predictions = (ones: number, zeros: number) =>
    new Map([
      ['1', ones],
      ['0', zeros],
    ])
  const confusion = new Map([
    ['1', predictions(tp, fn)],
    ['0', predictions(fp, tn)],
  ])
  return { ...emptyQuality(), n: tp + fp + fn + tn, confusion }
}

describe('F1 of few labels', () => {
  const profile = storedProfile([income], {
    quality: { n: 10_000, metrics: { accuracy: null, f1: 0.153, roc_auc: null } },
  })
  const f1 = (counts: Parameters<typeof labelled>[0]) =>
    judge(profile, { columns: { Income: normals(900, 50, 10, 2) }, quality: labelled(counts) }).get('f1')

  it('is undefined without a positive label, not 0', () => {
    expect(f1({ tp: 0, fp: 9, fn: 0, tn: 300 })).toMatchObject({ verdict: 'not_enough_data', value: null })
  })

  it.each([5, 15, 30, 60])('is no drift when none of %i was hit where few ever are', (missed) => {
    expect(f1({ tp: 0, fp: 0, fn: missed, tn: 10 * missed })?.verdict).toBe('not_enough_data')
  })

  it('is drift when that goes on', () => {
    expect(f1({ tp: 0, fp: 0, fn: 400, tn: 4_000 })?.verdict).toMatch(/drift|severe/)
  })
})

describe('throughput', () => {
  const profile = storedProfile([income])
  const trailing = new Map([['throughput', Array.from({ length: 48 }, (_, k) => (1_000 + (k % 7)) / 3_600)]])
  const judgeUpTo = (minutes: number, historical: boolean) =>
    judge(profile, {
      columns: { Income: normals(Math.round((1_000 * minutes) / 60), 50, 10, 3) },
      trailing,
      historical,
      version: { firstRecordMs: START_MS - HOUR_MS, lastRecordMs: START_MS + minutes * MINUTE_MS },
    }).get('throughput')

  it('is measured over the part of the window that history covers', () => {
    expect(judgeUpTo(40, true)?.verdict).toBe('ok')
    expect(judgeUpTo(10, true)).toMatchObject({ verdict: 'not_enough_data', n: 167 })
  })

  it('falls when live records stop', () => {
    expect(judgeUpTo(10, false)?.verdict).toMatch(/drift|severe/)
  })

  it('reads in the unit of time that suits it, the same throughout a sentence', () => {
    expect(sayMeasure(0.25, 'per_second')).toBe('15 a minute')
    expect(sayMeasure(8.1e-5, 'per_second')).toBe('7 a day')
    expect(sayMeasure(0.5 / 3_600, 'per_second', 40 / 3_600)).toBe('0.5 an hour')
    expect(judgeUpTo(10, false)?.reason).toContain('is 2.78 a minute; usual is 16.7 a minute')
  })
})
