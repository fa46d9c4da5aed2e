import { describe, expect, it } from 'vitest'
import { CADENCES } from '@/lib/domain/time'
import { alphaOf, sensitivityOf, windowsPerFortnight } from '@/lib/monitor/false-alarm-budget'
import { sayBudget, sayBudgetCost } from '@/lib/monitor/say-budget'
import { TEST_FAMILIES } from '@/lib/monitor/test-family'
import { columnProfile, judge, normals, storedProfile, summaryOf } from '@/lib/monitor/testing'

describe('alphaOf', () => {
  it('is the budget of a fortnight, shared between its windows and the families of tests', () => {
    expect(windowsPerFortnight('1h')).toBe(336)
    expect(alphaOf(1, '1h')).toBeCloseTo(1 / 336 / TEST_FAMILIES, 12)
  })

  it('spends the same budget on fewer windows more freely, within its bounds', () => {
    const alphas = CADENCES.map((cadence) => alphaOf(1, cadence))
    expect([...alphas].sort((a, b) => a - b)).toEqual(alphas)
    expect(alphaOf(14, '1w')).toBe(0.01)
    expect(alphaOf(0.01, '1m')).toBe(1e-6)
    expect(alphaOf(2, '1h')).toBeCloseTo(2 * alphaOf(1, '1h'), 12)
  })
})

describe('the sight that a budget leaves', () => {
  const referenceRows = 10_000
  const names = Array.from({ length: 20 }, (_, i) => `x${i}`)
  const columns = names.map((name, i) => columnProfile(name, normals(referenceRows, 0, 1, 100 + i)))
  const profile = storedProfile(columns)
  const needed = sensitivityOf({ alpha: alphaOf(1, '1h'), columns: names.length, referenceRows }) ?? 0

  /** Share of windows in which the rule itself finds the one column that shifts by 0.3 sd, among twenty. */
  function seen(rows: number, rounds: number): number {
    const still = columns.map(
      (column, i) => [`input:${column.name}`, summaryOf(column, normals(rows, 0, 1, 500 + i))] as const,
    )
    let found = 0
    for (let round = 0; round < rounds; round++) {
      const summaries = new Map(still)
      const [first] = columns
      if (first) summaries.set('input:x0', summaryOf(first, normals(rows, 0.3, 1, 1_000 + round)))
      const verdict = judge(profile, { summaries, withDetail: false }).get('drift x0')?.verdict
      if (verdict === 'drift' || verdict === 'severe') found++
    }
    return found / rounds
  }

  it('is what the rule shows in simulation: nine in ten at the rows it names, far fewer at half of them', () => {
    expect(needed).toBeGreaterThan(300)
    // Of 300 windows at 0.9 four errors are 0.07; the grid shows a distance by up to a cell less than it is.
    expect(Math.abs(seen(needed, 300) - 0.9)).toBeLessThan(0.08)
    expect(seen(Math.round(needed / 2), 100)).toBeLessThan(0.6)
  })

  it('needs more records for fewer false alarms and for more columns', () => {
    const at = (budget: number, count: number) =>
      sensitivityOf({ alpha: alphaOf(budget, '1h'), columns: count, referenceRows }) ?? 0
    expect(at(0.1, 20)).toBeGreaterThan(at(1, 20))
    expect(at(14, 20)).toBeLessThan(at(1, 20))
    expect(at(1, 200)).toBeGreaterThan(at(1, 20))
    expect(sensitivityOf({ alpha: 0.001, columns: 20, referenceRows: 200 })).toBeNull()
  })

  it('is said in words', () => {
    expect([0.1, 0.5, 1, 3, 14].map(sayBudget)).toEqual([
      'one alert in 20 weeks',
      'one alert in 4 weeks',
      'one alert a fortnight',
      '3 alerts a fortnight',
      'one alert a day',
    ])
    const watched = { columns: 20, referenceRows, recent: { records: 120, lengthMs: 3_600_000 } }
    const [first, ...others] = sayBudgetCost(1, '1h', watched)
    expect(first).toMatch(
      /^At one alert a fortnight, hourly windows and 20 columns, a shift of 0\.3 σ in one column is seen 90 % of the time from \d+ records a window\.$/,
    )
    expect(others).toEqual([
      'The newest judged window had 120 records: there it is seen less often.',
      expect.stringMatching(/^At one alert in 20 weeks it takes \d+, at one alert a day \d+\.$/),
    ])
    expect(sayBudgetCost(1, '6h', watched)[1]).toBe(
      'At the rate of the newest judged window such a one has about 720 records: enough.',
    )
    expect(sayBudgetCost(1, '6h', { ...watched, referenceRows: 100, recent: null })).toEqual([
      'At one alert a fortnight, windows of 6 hours and 20 columns, a shift of 0.3 σ in one column is not seen for certain in windows of any size: the reference has 100 rows, too few for it.',
    ])
  })
})
