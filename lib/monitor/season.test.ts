import { describe, expect, it } from 'vitest'
import { HOUR_MS } from '@/lib/domain/time'
import { columnProfile, judge, normals, START_MS, storedProfile, summaryOf } from '@/lib/monitor/testing'
import { encodeSummary } from '@/lib/summary/codec'

const HOURS = 28 * 24
const ROWS = 45
/** Nights are lower by almost one standard deviation. */
const levelOf = (hour: number) => (hour % 24 < 6 ? 42 : 50)
const hours = Array.from({ length: HOURS }, (_, hour) => normals(ROWS, levelOf(hour), 10, 10 + hour))
const income = columnProfile('Income', hours.flat())
const chunks = hours.map((values, hour) => ({
  startMs: START_MS + hour * HOUR_MS,
  endMs: START_MS + (hour + 1) * HOUR_MS,
  rows: ROWS,
  summaries: { 'input:Income': Buffer.from(encodeSummary(summaryOf(income, values))).toString('base64') },
}))
const verdictOf = (mean: number, seed: number, stored = storedProfile([income], { chunks })) =>
  judge(stored, { columns: { Income: normals(900, mean, 10, seed) } }).get('drift Income')?.verdict

describe('a reference with nights and days', () => {
  it('knows the night from chunks of single hours that are too small to show it one by one', () => {
    expect(verdictOf(42, 1, storedProfile([income]))).toBe('severe')
    for (let seed = 0; seed < 20; seed++) expect(verdictOf(levelOf(seed), 100 + seed)).toBe('ok')
  })

  it('still finds what no hour of the reference looked like', () => {
    expect(verdictOf(30, 2)).toMatch(/drift|severe/)
    expect(verdictOf(62, 3)).toMatch(/drift|severe/)
  })
})
