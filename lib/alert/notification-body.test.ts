import { describe, expect, it } from 'vitest'
import { type BodyEvidence, MAX_BODY_BYTES, notificationBody, testBody } from '@/lib/alert/notification-body'
import { anAlert, FRAUD, START_MS, V7 } from '@/lib/alert/testing'
import { HOUR_MS } from '@/lib/domain/time'

function evidence(name: string, value: number, id = 1): BodyEvidence {
  return {
    monitorId: id,
    metric: 'drift',
    method: 'ks',
    column: { family: 'input', name },
    value,
    limit: 0.2,
    n: 1_234,
    nReference: 20_000,
    pCorrected: 1e-8,
    windowStartMs: START_MS + HOUR_MS,
    windowEndMs: START_MS + 2 * HOUR_MS,
    recent: [0, 1, 1],
  }
}

const INPUT = {
  type: 'alert.firing' as const,
  alert: anAlert(),
  model: FRAUD,
  version: V7,
  evidence: [
    evidence('amount', 0.31),
    evidence('age', 0.3, 2),
    evidence('a', 0.29, 3),
    evidence('b', 0.28, 4),
  ],
  nowMs: START_MS + 2 * HOUR_MS,
  publicUrl: 'http://plumbline.example',
}

describe('the body of a message', () => {
  it('says the whole matter in its first line, and how sure in the next', () => {
    const { type, timestamp, data } = JSON.parse(notificationBody(INPUT))
    expect(type).toBe('alert.firing')
    expect(timestamp).toBe('2026-11-17T02:00:00Z')
    expect(data.text.split('\n')).toEqual([
      '[FIRING] fraud v7: KS 0.31 > 0.2 on amount',
      'Since Tuesday 2026-11-17 00:00 UTC, 2 of the last 3 windows.',
      'n = 1,234 against 20,000, corrected p < 0.0001.',
      'Columns hit: amount, age, a and 1 more.',
      'Owner: risk team.',
      'http://plumbline.example/alerts/42',
    ])
    expect(data).toMatchObject({
      value: 0.31,
      limit: 0.2,
      n: 1_234,
      p_corrected: 1e-8,
      since: '2026-11-17T00:00:00Z',
      windows_breached: 2,
      columns_hit: 4,
      dedup_key: 'fraud/v7/input_drift/2026-11-17T00%3A00%3A00Z',
      runbook: 'https://runbooks.example/fraud',
    })
    expect(data.top_columns.map((top: { column: string }) => top.column)).toEqual(['amount', 'age', 'a'])
    expect(data.chart).toContain('/models/fraud/inputs/amount?version=v7&from=2026-11-16T22')
  })

  it('says how long it lasted once it is over', () => {
    const alert = anAlert({ state: 'resolved', resolvedMs: START_MS + 3 * HOUR_MS, resolution: 'recovered' })
    const { data } = JSON.parse(notificationBody({ ...INPUT, type: 'alert.resolved', alert }))
    expect(data.title).toBe('[RESOLVED] fraud v7: KS 0.31 > 0.2 on amount')
    expect(data.text).toContain('It lasted 3 h, from Tuesday 2026-11-17 00:00 UTC.')
  })

  it('admits that what it tells late has ended meanwhile', () => {
    const alert = anAlert({ state: 'resolved', resolvedMs: START_MS + 3 * HOUR_MS })
    expect(JSON.parse(notificationBody({ ...INPUT, alert })).data.title).toMatch(
      /^\[FIRING\] .* \(ended meanwhile\)$/,
    )
  })

  it('stays under the size limit with the longest names', () => {
    const long = '漢'.repeat(200)
    const huge = Array.from({ length: 1_000 }, (_, index) => evidence(`${long}${index}`, 0.3, index))
    const body = notificationBody({ ...INPUT, alert: anAlert({ title: long.repeat(20) }), evidence: huge })
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(MAX_BODY_BYTES)
    expect(JSON.parse(body).data.dedup_key).toBeTruthy()
  })

  it('is written even when no evaluation is left', () => {
    expect(JSON.parse(notificationBody({ ...INPUT, evidence: [] })).data.link).toBe(
      'http://plumbline.example/alerts/42',
    )
  })

  it('marks a test as a test', () => {
    expect(JSON.parse(testBody('on-call', START_MS, 'http://p.example'))).toMatchObject({
      type: 'channel.test',
      data: { test: true },
    })
  })
})
