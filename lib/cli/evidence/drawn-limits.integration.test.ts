/** Limits at their nominal level: windows of the reference's own law pass them as often as they say, with binomial room. */
import { describe, expect, it } from 'vitest'
import { type DrawnLimit, ODD_COLUMNS, type OddColumn, runDrawnLimits } from '@/lib/cli/evidence/drawn-limits'

/**
 * Windows of one reference have its errors in common, the more so the more rows they have, and a drawn table has its own: both
 * widen the binomial law.
 */
const overdispersion = (n: number) => (n < 10_000 ? 1.3 : 2.5)

/** What chance gives in all but one of 100,000 runs (normal law with continuity). */
function isWithin(count: number, level: number, { n, windows }: DrawnLimit): boolean {
  const room = 4.27 * Math.sqrt(overdispersion(n) * level * (1 - level) * windows) + 0.5
  return Math.abs(count - level * windows) <= room
}

const passed = ({ passed: levels }: DrawnLimit, level: number) =>
  levels.find((each) => each.level === level) ?? { closed: Number.NaN, drawn: null }

describe('a limit by chance', { timeout: 120_000 }, () => {
  const settings = { referenceRows: 10_000, sizes: [100, 1_000, 10_000], references: 60, seed: 12 }
  const found = new Map<OddColumn, readonly DrawnLimit[]>()
  const of = (column: OddColumn) => {
    const known = found.get(column) ?? runDrawnLimits(column, { ...settings, windows: 12 })
    found.set(column, known)
    return known
  }

  it.each(Object.keys(ODD_COLUMNS) as OddColumn[])('holds its level on a column of the law: %s', (column) => {
    for (const row of of(column)) {
      for (const { level, closed, drawn } of row.passed) {
        // Where no table is made the closed form is right.
        const count = drawn ?? closed
        const what = `${column}, ${row.n} records, ${row.method}, ${level}: ${count} of ${row.windows}`
        expect(isWithin(count, level, row), what).toBe(true)
      }
    }
  })

  it.each([
    ['four of five are 0', 'ks', 100],
    ['four of five are 0', 'ks', 1_000],
    ['five values', 'ks', 100],
    ['log-normal, σ 2', 'wasserstein', 100],
    ['log-normal, σ 2', 'wasserstein', 1_000],
  ] as const)(
    'is drawn because the closed form does not hold it: %s, %s, %i records',
    (column, method, n) => {
      const row = of(column).find((each) => each.method === method && each.n === n)
      const { closed, drawn } = row ? passed(row, 0.05) : { closed: Number.NaN, drawn: null }
      expect(drawn).not.toBeNull()
      expect(row && isWithin(closed, 0.05, row), `${closed} of ${row?.windows}`).toBe(false)
    },
  )
})
