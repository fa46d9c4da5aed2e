import { describe, expect, it } from 'vitest'
import { HOUR_MS } from '@/lib/domain/time'
import { prepareReference, referenceColumn } from '@/lib/monitor/reference'
import { referenceSwing } from '@/lib/monitor/swing'
import { columnProfile, normals, START_MS, storedProfile, summaryOf } from '@/lib/monitor/testing'
import { getDriftMethod } from '@/lib/stats/methods'
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
