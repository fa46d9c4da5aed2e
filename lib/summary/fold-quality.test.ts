import { describe, expect, it } from 'vitest'
import { decodeSummary, encodeSummary } from '@/lib/summary/codec'
import { addLabel, type LabelledPrediction } from '@/lib/summary/fold-quality'
import {
  emptyQuality,
  MAX_CLASSES,
  mergeQuality,
  OTHER_CLASS,
  subtractQuality,
} from '@/lib/summary/merge-quality'
import type { QualitySummary } from '@/lib/summary/types'

function qualityOf(...labels: Partial<LabelledPrediction>[]): QualitySummary {
  const quality = emptyQuality()
  for (const label of labels)
    addLabel(quality, { actual: 1, predicted: 1, score: null, positiveClass: null, ...label })
  return quality
}

const cell = (actual: string, predicted: string) => new Map([[actual, new Map([[predicted, 1]])]])

describe('adding a joined label', () => {
  const named: [string, Partial<LabelledPrediction>, Partial<QualitySummary>][] = [
    [
      'counts whole numbers as classes and as numbers',
      { actual: 1, predicted: 0 },
      { confusion: cell('1', '0'), absoluteError: 1, error: -1 },
    ],
    [
      'measures fractions as numbers only',
      { actual: 1.5, predicted: 1 },
      { confusion: new Map(), squaredError: 0.25, actualSum: 1.5 },
    ],
    ['does not take large numbers for classes', { actual: 120_000, predicted: 1 }, { confusion: new Map() }],
    [
      'counts texts as classes only',
      { actual: 'a', predicted: 'b' },
      { confusion: cell('a', 'b'), absoluteError: 0 },
    ],
    ['lets true meet 1', { actual: true, predicted: 1 }, { confusion: cell('1', '1') }],
    ['lets false meet the text 0', { actual: false, predicted: '0' }, { confusion: cell('0', '0') }],
    [
      'keeps booleans among themselves',
      { actual: true, predicted: false },
      { confusion: cell('true', 'false') },
    ],
    [
      'keeps names that objects inherit',
      { actual: '__proto__', predicted: 'constructor' },
      { confusion: cell('__proto__', 'constructor') },
    ],
    [
      'counts a score on the side of the positive class',
      { actual: 'bad', predicted: 'bad', score: 0.7, positiveClass: 'bad' },
      { scores: new Map([[0.7, { negative: 0, positive: 1 }]]) },
    ],
    [
      'knows the usual names before there is a profile',
      { actual: 'no', predicted: 'yes', score: 0.7 },
      { scores: new Map([[0.7, { negative: 1, positive: 0 }]]) },
    ],
    [
      'leaves scores out when no side is known',
      { actual: 'red', predicted: 'red', score: 0.7 },
      { n: 1, scores: new Map() },
    ],
  ]
  for (const [name, label, expected] of named) {
    it(name, () => expect(qualityOf(label)).toMatchObject({ n: 1, ...expected }))
  }
  it('compares nothing when prediction or label is missing', () => {
    expect(qualityOf({ actual: null }, { predicted: null }, { predicted: '' })).toEqual(emptyQuality())
  })
})

describe('merging quality', () => {
  it('takes back what was added, and leaves nothing behind with the last label', () => {
    const [a, b] = [
      qualityOf({ actual: 0.1, predicted: 0.7 }),
      qualityOf({ actual: 0.3, predicted: 0.2, score: 0.2 }),
    ]
    expect(subtractQuality(mergeQuality(a, b), b).absoluteError).toBeCloseTo(a.absoluteError, 14)
    expect(subtractQuality(subtractQuality(mergeQuality(a, b), b), a)).toEqual(emptyQuality())
    expect(subtractQuality(emptyQuality(), a)).toEqual(emptyQuality())
  })
  it('keeps at most 100 classes a side and as many labels as were joined', () => {
    const many = qualityOf(
      ...Array.from({ length: 300 }, (_, i) => ({ actual: `c${i % 150}`, predicted: `c${i}` })),
    )
    const bounded = mergeQuality(many, emptyQuality())
    const predictions = new Set([...bounded.confusion.values()].flatMap((row) => [...row.keys()]))
    expect(bounded.confusion.size).toBeLessThanOrEqual(MAX_CLASSES)
    expect(predictions.size).toBeLessThanOrEqual(MAX_CLASSES)
    expect(bounded.confusion.has(OTHER_CLASS)).toBe(true)
    const total = [...bounded.confusion.values()].reduce(
      (sum, row) => sum + [...row.values()].reduce((a, b) => a + b, 0),
      0,
    )
    expect(total).toBe(300)
  })
  it('rounds scores once there are more than a thousand, whichever side brings them', () => {
    const part = (from: number) =>
      qualityOf(
        ...Array.from({ length: 900 }, (_, i) => ({ score: (from + i) / 1_234_567 + 0.1, actual: i % 2 })),
      )
    const [a, b, c] = [part(0), part(100_000), part(200_000)]
    const left = mergeQuality(mergeQuality(a, b), c)
    const right = mergeQuality(a, mergeQuality(b, c))
    expect(left.scoresRounded).toBe(true)
    expect(left).toEqual(right)
    expect(encodeSummary(left)).toEqual(encodeSummary(right))
    expect(decodeSummary(encodeSummary(left))).toEqual(left)
    expect(subtractQuality(left, c).n).toBe(1_800)
  })
})
