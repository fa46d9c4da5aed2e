import { describe, expect, it } from 'vitest'
import { CHUNK_QUALITY, type ReferenceChunk } from '@/lib/domain/profile'
import { HOUR_MS } from '@/lib/domain/time'
import { qualitySwing } from '@/lib/monitor/quality-swing'
import { prepareReference } from '@/lib/monitor/reference'
import { START_MS, storedProfile } from '@/lib/monitor/testing'
import { encodeSummary } from '@/lib/summary/codec'
import { emptyQuality } from '@/lib/summary/merge-quality'
import type { QualitySummary } from '@/lib/summary/types'

/** Labels of one hour: hits and misses of a classifier, or absolute errors of a regression. */
function quality(right: number, wrong: number, over: Partial<QualitySummary> = {}): QualitySummary {
  return {
    ...emptyQuality(),
    n: right + wrong,
    confusion: new Map([
      ['yes', new Map([['yes', right]].concat(wrong > 0 ? [['no', wrong]] : []) as [string, number][])],
    ]),
    ...over,
  }
}

function referenceOf(hours: readonly QualitySummary[]) {
  const chunks = hours.map(
    (summary, hour): ReferenceChunk => ({
      startMs: START_MS + hour * HOUR_MS,
      endMs: START_MS + (hour + 1) * HOUR_MS,
      rows: summary.n,
      summaries: { [CHUNK_QUALITY]: Buffer.from(encodeSummary(summary)).toString('base64') },
    }),
  )
  return prepareReference(storedProfile([], { chunks, positiveClass: null }))
}

describe('how far quality fell short in the reference by itself', () => {
  it('is the loss of the worst hour beyond what chance explains', () => {
    // 300 of 400 right where 0.9 is usual: a loss of 0.15. The larger error is that at 0.75, with half a hit and half a
    // miss added: p = 300.5/401 = 0.749377, sqrt(p(1-p)/400) = 0.0216684. z(0.999) = 3.0902323 times it is 0.0669603.
    const reference = referenceOf([quality(360, 40), quality(300, 100), quality(350, 50)])
    expect(qualitySwing('accuracy', reference, '1h', 0.9)).toBeCloseTo(0.15 - 0.0669603, 5)
  })

  it('takes the error at the usual value where that is larger', () => {
    // 198 of 200 right where 1 is usual would have no error of its own at 1: p = 198.5/201 = 0.987562, its error
    // sqrt(0.987562 * 0.012438 / 200) = 0.0078369, times z = 0.0242179, more than the loss of 0.01.
    expect(qualitySwing('accuracy', referenceOf([quality(198, 2)]), '1h', 1)).toBe(0)
    // 100 of 200: a loss of 0.5 less z * sqrt(0.25/200) = 3.0902323 * 0.0353553 = 0.1092562.
    expect(qualitySwing('accuracy', referenceOf([quality(100, 100)]), '1h', 1)).toBeCloseTo(0.3907438, 5)
  })

  it('counts a rise of an error metric as the loss', () => {
    // |e| is 1 for 50 rows and 3 for 50: mean 2, variance 1 (divisor n), so Σ|e| = 200 and Σe² = 500.
    const hour = quality(0, 0, { n: 100, confusion: new Map(), absoluteError: 200, squaredError: 500 })
    // Standard error of the mean: sd / sqrt(100), with sd 1 (divisor n) or sqrt(100/99) (divisor n - 1): 0.1 or 0.1005.
    const swing = qualitySwing('mae', referenceOf([hour]), '1h', 1)
    expect(swing).toBeGreaterThan(1 - 3.0902323 * 0.10051)
    expect(swing).toBeLessThan(1 - 3.0902323 * 0.09999)
    expect(qualitySwing('mae', referenceOf([hour]), '1h', 2)).toBe(0)
  })

  it('is 0 for a steady reference, for one without labels, and where hours have too few of them', () => {
    expect(qualitySwing('accuracy', referenceOf([quality(90, 10), quality(89, 11)]), '1h', 0.9)).toBe(0)
    expect(qualitySwing('accuracy', referenceOf([]), '1h', 0.9)).toBe(0)
    expect(qualitySwing('accuracy', referenceOf([quality(0, 29)]), '1h', 0.9)).toBe(0)
    expect(qualitySwing('accuracy', referenceOf([quality(0, 30)]), '1h', 0.9)).toBeGreaterThan(0)
  })

  it('looks at windows of the cadence that is judged: hours are merged into their day', () => {
    // Alone the bad hour is 0.5.
    const hours = [quality(50, 50), ...Array.from({ length: 23 }, () => quality(100, 0))]
    expect(qualitySwing('accuracy', referenceOf(hours), '1h', 0.98)).toBeGreaterThan(0.3)
    // 2,350 of 2,400 are 0.979: 0.001 less than usual, and chance explains more.
    expect(qualitySwing('accuracy', referenceOf(hours), '1d', 0.98)).toBe(0)
  })
})
