import { describe, expect, it } from 'vitest'
import { stateOfSelf } from '@/app/(signed)/alerts/self-alert-list'

const NOW_MS = 1_000

describe('the state of an alert of Plumbline about itself', () => {
  it.each([
    ['fires', {}, 'firing'],
    ['is acknowledged', { acknowledgedBy: 'ada' }, 'acknowledged'],
    ['is silenced, whoever took it', { acknowledgedBy: 'ada', silencedUntilMs: NOW_MS + 1 }, 'silenced'],
    ['fires again when its silence is over', { silencedUntilMs: NOW_MS }, 'firing'],
    ['is over, silenced or not', { resolvedMs: 5, silencedUntilMs: NOW_MS + 1 }, 'resolved'],
  ])('%s', (_name, change, expected) => {
    const alert = { resolvedMs: null, silencedUntilMs: null, acknowledgedBy: null, ...change }
    expect(stateOfSelf(alert, NOW_MS)).toBe(expected)
  })
})
