import { describe, expect, it } from 'vitest'
import { composeMessage, type MessageEvidence } from '@/lib/alert/compose-message'
import { composeSelfMessage, composeTest } from '@/lib/alert/compose-self-message'
import { anAlert, FRAUD, START_MS, V7 } from '@/lib/alert/testing'
import { HOUR_MS } from '@/lib/domain/time'

function evidence(name: string, value: number, id = 1): MessageEvidence {
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

describe('a message', () => {
  it('says the whole matter in its first line, and how sure in the next', () => {
    const { type, atMs, title, lines, link, alert } = composeMessage(INPUT)
    expect({ type, atMs, title, link }).toEqual({
      type: 'alert.firing',
      atMs: START_MS + 2 * HOUR_MS,
      title: '[FIRING] fraud v7: KS 0.31 > 0.2 on amount',
      link: 'http://plumbline.example/alerts/42',
    })
    expect(lines).toEqual([
      'Since Tuesday 2026-11-17 00:00 UTC, 2 of the last 3 windows.',
      'n = 1,234 against 20,000, corrected p < 0.0001.',
      'Columns hit: amount, age, a and 1 more.',
      'Owner: risk team.',
    ])
    expect(alert).toMatchObject({
      lead: { value: 0.31, limit: 0.2, n: 1_234, pCorrected: 1e-8, windowsBreached: 2 },
      columnsHit: 4,
      dedupKey: 'fraud/v7/input_drift/2026-11-17T00%3A00%3A00Z',
      runbook: 'https://runbooks.example/fraud',
    })
    expect(alert?.topColumns.map(({ column }) => column)).toEqual(['amount', 'age', 'a'])
    expect(alert?.chart).toContain('/models/fraud/inputs/amount?version=v7&from=2026-11-16T22')
  })

  it('says how long it lasted once it is over', () => {
    const alert = anAlert({ state: 'resolved', resolvedMs: START_MS + 3 * HOUR_MS, resolution: 'recovered' })
    const message = composeMessage({ ...INPUT, type: 'alert.resolved', alert })
    expect(message.title).toBe('[RESOLVED] fraud v7: KS 0.31 > 0.2 on amount')
    expect(message.lines[0]).toBe('It lasted 3 h, from Tuesday 2026-11-17 00:00 UTC.')
  })

  it('admits that what it tells late has ended meanwhile', () => {
    const alert = anAlert({ state: 'resolved', resolvedMs: START_MS + 3 * HOUR_MS })
    expect(composeMessage({ ...INPUT, alert }).title).toMatch(/^\[FIRING\] .* \(ended meanwhile\)$/)
  })

  it('says who is on it', () => {
    const alert = anAlert({ acknowledgedBy: 'ada' })
    const message = composeMessage({ ...INPUT, type: 'alert.acknowledged', alert })
    expect([message.title.split(' ')[0], message.lines.at(-1)]).toEqual([
      '[ACKNOWLEDGED]',
      'Acknowledged by ada.',
    ])
  })

  it('is written even when no evaluation is left', () => {
    expect(composeMessage({ ...INPUT, evidence: [] })).toMatchObject({
      link: 'http://plumbline.example/alerts/42',
      alert: { lead: null, chart: null },
    })
  })

  it('marks a test as a test', () => {
    expect(composeTest('on-call', START_MS, 'http://p.example')).toMatchObject({
      type: 'channel.test',
      alert: null,
    })
  })

  it('tells of trouble of Plumbline itself in the same form', () => {
    const trouble = {
      id: 3,
      kind: 'undeliverable' as const,
      subject: '1',
      severity: 'critical' as const,
      title: 'the channel pager cannot be reached',
      text: 'Nothing has arrived there for an hour.',
      firedMs: START_MS,
      resolvedMs: START_MS + HOUR_MS,
      dedupKey: 'plumbline/undeliverable/1/x',
      acknowledgedBy: null,
      acknowledgedMs: null,
      silencedUntilMs: null,
      silenceReason: null,
    }
    expect(composeSelfMessage(trouble, 'alert.resolved', START_MS, 'http://p.example')).toMatchObject({
      title: '[RESOLVED] Plumbline: the channel pager cannot be reached',
      lines: ['It lasted 1 h, from Tuesday 2026-11-17 00:00 UTC.', 'Nothing has arrived there for an hour.'],
      alert: { alertId: null, model: null, cause: 'undeliverable', state: 'resolved' },
    })
  })
})
