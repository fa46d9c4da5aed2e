import { describe, expect, it } from 'vitest'
import { compareRanks, type Rank } from '@/lib/alert/worst-first'

const warning: Rank = {
  isOver: false,
  isSilenced: false,
  isExplained: false,
  severity: 'warning',
  isRecovering: false,
  excess: 1.2,
  firedMs: 1,
}
const critical: Rank = { ...warning, severity: 'critical' }

describe('which of several alerts is worst', () => {
  it('is decided by what waits for somebody, severity, whether it fires, how far it is beyond its limit, and age', () => {
    const ranks: Readonly<Record<string, Rank>> = {
      'critical, far beyond its limit': { ...critical, excess: 4 },
      'critical, newer': { ...critical, firedMs: 9 },
      'critical, older': critical,
      'critical, recovering': { ...critical, isRecovering: true, excess: 9 },
      'a warning, far beyond its limit': { ...warning, excess: 8 },
      'a warning': warning,
      'a warning without a limit': { ...warning, excess: null, firedMs: 9 },
      'critical, explained by another': { ...critical, isExplained: true, excess: 9 },
      'critical, silenced': { ...critical, isSilenced: true, excess: 9 },
      'critical, over': { ...critical, isOver: true, excess: 9 },
    }
    const order = Object.entries(ranks)
      .reverse()
      .sort(([, a], [, b]) => compareRanks(a, b))
      .map(([name]) => name)
    expect(order).toEqual(Object.keys(ranks))
  })
})
