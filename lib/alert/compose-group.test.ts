import { describe, expect, it } from 'vitest'
import { composeGroup, type GroupedAlert } from '@/lib/alert/compose-group'
import type { Message } from '@/lib/domain/message'

const PUBLIC_URL = 'http://plumbline.example'

function told(title: string): Message {
  return {
    type: 'alert.firing',
    atMs: 0,
    title,
    lines: [],
    link: `${PUBLIC_URL}/alerts/1`,
    publicUrl: PUBLIC_URL,
    alert: null,
  }
}

function group(alerts: readonly GroupedAlert[], title = '[FIRING] fraud v7: KS 0.31 > 0.20 on amount') {
  return composeGroup({ alerts, messages: [told(title)], nowMs: 0, publicUrl: PUBLIC_URL })
}

const warning = { isOver: false, severity: 'warning', model: 'fraud' } as const
const critical = { ...warning, severity: 'critical' } as const

describe('the first line of several alerts', () => {
  it.each<[string, readonly GroupedAlert[], string, string]>([
    [
      'names the model and the worst',
      [critical, warning, warning],
      '[FIRING] 3 alerts on fraud; worst: fraud v7: KS 0.31 > 0.20 on amount',
      'Firing: 1 critical, 2 warnings.',
    ],
    [
      'counts the models where there are many',
      [warning, { ...warning, model: 'churn' }],
      '[FIRING] 2 alerts on 2 models; worst: fraud v7: KS 0.31 > 0.20 on amount',
      'Firing: 2 warnings.',
    ],
    [
      'says what is over',
      [critical, { ...warning, isOver: true }],
      '[FIRING] 1 alert on fraud, 1 over; worst: fraud v7: KS 0.31 > 0.20 on amount',
      'Firing: 1 critical; over: 1.',
    ],
    [
      'says that all are over',
      [
        { ...critical, isOver: true },
        { ...warning, isOver: true },
      ],
      '[RESOLVED] 2 alerts on fraud; among them: fraud v7: KS 0.31 > 0.20 on amount',
      'Over: 2.',
    ],
    [
      'counts Plumbline itself as what it is',
      [critical, { ...critical, model: null }],
      '[FIRING] 2 alerts on fraud and Plumbline itself; worst: fraud v7: KS 0.31 > 0.20 on amount',
      'Firing: 2 critical.',
    ],
  ])('%s', (_name, alerts, title, line) => {
    const message = group(alerts)
    expect(message.title).toBe(title)
    expect(message.lines).toEqual([line])
    expect(message.group).toMatchObject({ told: alerts.length })
  })

  it('leads to the list where it can be found', () => {
    expect(group([warning, warning]).link).toBe(`${PUBLIC_URL}/alerts`)
    expect(group([{ ...warning, isOver: true }]).link).toBe(`${PUBLIC_URL}/alerts?state=resolved`)
  })
})
