import { describe, expect, it } from 'vitest'
import { sayAlert, sayLasting, sayOnset } from '@/app/(signed)/alerts/[alert]/alert-words'
import type { AlertPage } from '@/lib/queries/alert-page'

const START_MS = Date.UTC(2026, 10, 17, 14)
const END_MS = Date.UTC(2026, 10, 17, 20)

function told(change: Partial<AlertPage['alert']>, span = { startMs: START_MS, endMs: END_MS }) {
  const alert = { cause: 'input_drift', historical: false, resolvedMs: null, ...change }
  const members = ['income', 'age'].map((name) => ({
    evaluation: { metric: 'drift', column: { family: 'input', name } },
  }))
  return { alert, item: { span }, members } as unknown as AlertPage
}

describe('the first sentence of the alert page', () => {
  it('says since when in the zone of the viewer', () => {
    expect(sayAlert(told({}), 'Asia/Tokyo')).toBe(
      'Inputs have differed from the reference since Tue, 17 Nov 2026, 23:00 (Asia/Tokyo). 2 columns are hit: income and age.',
    )
    expect(sayAlert(told({ resolvedMs: END_MS }), 'UTC')).toContain(
      'Inputs differed from the reference from Tue, 17 Nov 2026, 14:00 UTC to Tue, 17 Nov 2026, 20:00 UTC.',
    )
  })

  it('says of history which data it covers, never for how many days it has fired', () => {
    const span = { startMs: Date.UTC(2021, 5, 1), endMs: Date.UTC(2022, 4, 1) }
    const past = told({ historical: true }, span)
    expect(sayAlert(past, 'UTC')).toContain('in data of 1 Jun 2021 – 30 Apr 2022.')
    expect(sayLasting(past, 'UTC')).toBe('334 d of data')
    expect(sayLasting(told({}, span), 'UTC')).toBe('for 334 d')
    expect(sayLasting(told({}, { ...span, startMs: Date.UTC(2020, 5, 1) }), 'UTC')).toBe(
      'since Mon, 1 Jun 2020, 00:00 UTC',
    )
    expect(sayLasting(told({ resolvedMs: END_MS }), 'UTC')).toBe('lasted 6 h')
  })

  it('says how it began', () => {
    const shape = { word: 'step', sentence: 'It came as a step.', onsetMs: START_MS } as const
    const said = 'Onset Tue, 17 Nov 2026, 14:00 UTC. It came as a step.'
    expect(sayOnset(START_MS, START_MS, shape, 'UTC')).toBe(said)
    // The measure shown need not be the one that was first.
    expect(sayOnset(START_MS, START_MS - 3_600_000, shape, 'UTC')).toBe(
      `${said} The alert began Tue, 17 Nov 2026, 13:00 UTC.`,
    )
  })
})
