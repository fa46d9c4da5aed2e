import { describe, expect, it } from 'vitest'
import { type Cadence, HOUR_MS } from '@/lib/domain/time'
import { windowsPerFortnight } from '@/lib/monitor/false-alarm-budget'
import { prepareReference, referenceColumn } from '@/lib/monitor/reference'
import { allowedSwing, referenceSwing } from '@/lib/monitor/swing'
import { columnProfile, normals, START_MS, storedProfile, summaryOf } from '@/lib/monitor/testing'
import { getDriftMethod } from '@/lib/stats/methods'
import { normalQuantile } from '@/lib/stats/special/normal'
import { encodeSummary } from '@/lib/summary/codec'

const KS = getDriftMethod('ks')

/** A reference of hours with these numbers of rows and levels. */
function swingOf(hours: readonly (readonly [rows: number, level: number])[]) {
  const values = hours.map(([rows, level], hour) => normals(rows, level, 10, 10 + hour))
  const income = columnProfile('Income', values.flat())
  const chunks = values.map((chunk, hour) => ({
    startMs: START_MS + hour * HOUR_MS,
    endMs: START_MS + (hour + 1) * HOUR_MS,
    rows: chunk.length,
    summaries: { 'input:Income': Buffer.from(encodeSummary(summaryOf(income, chunk))).toString('base64') },
  }))
  const reference = prepareReference(storedProfile([income], { chunks }))
  return referenceSwing(referenceColumn(reference, { family: 'input', name: 'Income' }), KS, '1h')
}

describe('the baseline band of a reference', () => {
  it('does not take the chance of small chunks for movement', () => {
    const { swing, widest } = swingOf(Array.from({ length: 14 * 24 }, () => [45, 50] as const))
    expect(swing).toBeLessThan(0.05)
    expect(widest).toBeLessThan(0.1)
  })

  it('leaves out chunks with less than half of the usual rows', () => {
    const hours = Array.from({ length: 4 * 24 }, (_, hour) => {
      return hour % 24 === 3 ? ([35, 62] as const) : ([400, 50] as const)
    })
    expect(swingOf(hours).widest).toBeLessThan(0.1)
  })

  it('is as wide as whole windows of the reference swing', () => {
    const hours = Array.from({ length: 8 * 24 }, (_, hour) => [400, hour % 24 < 6 ? 42 : 50] as const)
    const { swing, widest } = swingOf(hours)
    expect(widest).toBeGreaterThan(0.2)
    expect(widest).toBeGreaterThan(swing - 0.05)
  })
})

describe('the tail of a swing', () => {
  const of = (chunks: number, swing = 0.1) => ({ swing, widest: swing, chunks })

  it.each<[what: string, chunks: number, cadence: Cadence, tests: number, factor: number]>([
    ['as many chunks as windows come: the largest is enough', 672, '1h', 2, 1],
    ['more chunks than windows', 700, '1d', 20, 1],
    ['twenty columns at every hour', 672, '1h', 20, 1.163],
    ['a hundred columns', 672, '1h', 100, 1.265],
    ['windows of five minutes', 672, '5m', 20, 1.317],
    ['few chunks of a short reference', 24, '1h', 20, 1.665],
    ['two chunks', 2, '1h', 20, 3.566],
    ['a single chunk has no tail to go by', 1, '1h', 20, 1],
    ['no chunk', 0, '1h', 20, 1],
  ])('%s', (_what, chunks, cadence, tests, factor) => {
    expect(allowedSwing(of(chunks), cadence, tests)).toBeCloseTo(0.1 * factor, 4)
  })

  it('is nothing for a steady reference, however many windows come', () => {
    for (const swing of [0, -0.02]) expect(allowedSwing(of(672, swing), '1m', 500)).toBe(swing)
  })

  it('is that of a normal law: the quantile that as many windows pass once, within a seventh', () => {
    for (const [chunks, tests] of [
      [672, 20],
      [168, 50],
      [100, 100],
    ] as const) {
      const windows = windowsPerFortnight('1h') * tests
      const exact = normalQuantile(1 - 1 / windows) / normalQuantile(1 - 1 / chunks)
      expect(Math.abs(allowedSwing(of(chunks), '1h', tests) / 0.1 / exact - 1)).toBeLessThan(1 / 7)
    }
  })
})
