import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ESTIMATED_METRICS, estimateBinary } from '@/lib/stats/estimation/binary-estimate'
import { estimateWindow, learnCbpe } from '@/lib/stats/estimation/cbpe'
import { createMulberry32 } from '@/lib/stats/mulberry32'
import { binaryMetrics } from '@/lib/stats/performance/confusion-metrics'
import { countScores, rocAuc } from '@/lib/stats/performance/score-metrics'
import { bit, hostileNumber, nonFiniteIn, probability } from '@/lib/stats/testing'

const rows = fc.array(fc.record({ p: probability, score: hostileNumber, decision: bit }), {
  minLength: 1,
  maxLength: 80,
})

function estimate(list: readonly { p: number; score: number; decision: number }[]) {
  const answer = estimateBinary({
    probabilities: list.map(({ p }) => p),
    scores: list.map(({ score }) => score),
    decisions: list.map(({ decision }) => decision),
  })
  if (answer.status !== 'ok') throw new Error(answer.reason)
  return answer
}

describe('estimateBinary', () => {
  it('spreads exactly the rows over the confusion, and keeps every metric between 0 and 1', () => {
    fc.assert(
      fc.property(rows, (list) => {
        const { confusion, metrics, averagePrecision, n } = estimate(list)
        const { tp, fp, tn, fn } = confusion
        expect(tp + fp + tn + fn).toBeCloseTo(list.length, 10)
        expect(tp + fp).toBeCloseTo(list.filter(({ decision }) => decision === 1).length, 10)
        expect(n).toBe(list.length)
        expect(nonFiniteIn([confusion, metrics, averagePrecision])).toEqual([])
        for (const value of [...Object.values(metrics), averagePrecision]) {
          if (value === null) continue
          expect(value).toBeGreaterThanOrEqual(0)
          expect(value).toBeLessThanOrEqual(1)
        }
      }),
    )
  })
  it('is the realised quality when every probability is certain', () => {
    const certain = fc.array(fc.tuple(bit, bit), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(certain, (list) => {
        // Different scores: of equal ones the curve would depend on the order of rows.
        const scores = list.map((_, i) => ((i * 37) % 61) / 61)
        const labels = list.map(([label]) => label)
        const { confusion, metrics } = estimate(
          list.map(([p, decision], i) => ({ p, decision, score: scores[i]! })),
        )
        const realised = binaryMetrics(confusion)
        expect(metrics.accuracy).toBeCloseTo(realised.accuracy ?? 0, 12)
        expect(metrics.f1).toBeCloseTo(realised.f1 ?? 0, 12)
        const auc = rocAuc(countScores(scores, labels))?.auc
        if (auc === undefined) expect(metrics.rocAuc).toBeNull()
        else expect(metrics.rocAuc).toBeCloseTo(auc, 12)
      }),
    )
  })
  it('ranks rows only: a rising map of the scores changes nothing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(probability, fc.integer({ min: -500, max: 500 })), { minLength: 1 }),
        (list) => {
          const plain = list.map(([p, score]) => ({ p, score, decision: 1 }))
          const mapped = plain.map((row) => ({ ...row, score: Math.exp(row.score) }))
          expect(estimate(mapped)).toEqual(estimate(plain))
        },
      ),
    )
  })
  it('names the reason for rows it cannot read', () => {
    const ask = (probabilities: number[], scores: number[], decisions: number[]) =>
      estimateBinary({ probabilities, scores, decisions })
    expect(ask([], [], [])).toMatchObject({ reason: 'too_few_values' })
    expect(ask([0.5], [0.5], [])).toMatchObject({ reason: 'length_mismatch' })
    expect(ask([1.5], [0.5], [1])).toMatchObject({ reason: 'invalid_value' })
    expect(ask([0.5], [Number.NaN], [1])).toMatchObject({ reason: 'invalid_value' })
    expect(ask([0.5], [0.5], [0.5])).toMatchObject({ reason: 'invalid_value' })
  })
})

describe('CBPE from a reference to a window', () => {
  const labelled = fc.array(fc.record({ score: probability, label: bit, decision: bit }), {
    minLength: 1,
    maxLength: 60,
  })
  it('gives finite numbers or null for any reference and window: one class, one value, all ties', () => {
    fc.assert(
      fc.property(labelled, rows, fc.integer({ min: 1, max: 70 }), (list, window, chunkSize) => {
        const learnt = learnCbpe(
          {
            scores: list.map(({ score }) => score),
            labels: list.map(({ label }) => label),
            decisions: list.map(({ decision }) => decision),
          },
          { chunkSize },
        )
        if (learnt.status !== 'ok') throw new Error(learnt.reason)
        const answer = estimateWindow(
          learnt.reference,
          window.map(({ p }) => p),
          window.map(({ decision }) => decision),
        )
        expect(answer.status).toBe('ok')
        expect(nonFiniteIn([learnt, answer])).toEqual([])
      }),
    )
  })
  it('covers the realised quality of windows from the same source, and sees a reference that must be calibrated', () => {
    const random = createMulberry32(20)
    const draw = (n: number) => {
      const scores = Float64Array.from({ length: n }, random.uniform)
      return {
        scores,
        labels: scores.map((score) => (random.uniform() < score * score ? 1 : 0)),
        decisions: scores.map((score) => (score >= 0.5 ? 1 : 0)),
      }
    }
    const learnt = learnCbpe(draw(4_000), { chunkSize: 500 })
    if (learnt.status !== 'ok') throw new Error(learnt.reason)
    expect(learnt.reference.calibrator).not.toBeNull()
    let covered = 0
    for (let window = 0; window < 50; window++) {
      const { scores, labels, decisions } = draw(500)
      const answer = estimateWindow(learnt.reference, scores, decisions)
      if (answer.status !== 'ok') throw new Error(answer.reason)
      const right = labels.filter((label, i) => label === decisions[i]).length / labels.length
      const { band } = answer.judged.accuracy
      if (band && right >= band.lower && right <= band.upper) covered++
    }
    expect(covered).toBeGreaterThanOrEqual(48)
    expect(ESTIMATED_METRICS).toContain('accuracy')
  })
  it('refuses scores that are no probabilities and chunks without rows', () => {
    const reference = { scores: [0.2, 0.8], labels: [0, 1], decisions: [0, 1] }
    expect(learnCbpe({ ...reference, scores: [2, 3] }, { chunkSize: 2 })).toMatchObject({
      reason: 'invalid_value',
    })
    expect(learnCbpe(reference, { chunkSize: 0 })).toMatchObject({ reason: 'invalid_value' })
    const learnt = learnCbpe(reference, { chunkSize: 2 })
    if (learnt.status !== 'ok') throw new Error(learnt.reason)
    expect(estimateWindow(learnt.reference, [1.2], [1])).toMatchObject({ reason: 'invalid_value' })
    expect(estimateWindow(learnt.reference, [], [])).toMatchObject({ reason: 'too_few_values' })
  })
})
