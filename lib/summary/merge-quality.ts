/** Owns adding and taking back of joined labels, and the bounds of what a quality summary may hold. */
import type { QualitySummary } from '@/lib/summary/types'

/** More different scores than this are rounded to 1e-4. */
export const MAX_EXACT_SCORES = 1_000
const SCORE_STEPS = 10_000
/** More classes than this on either side are counted as OTHER_CLASS. */
export const MAX_CLASSES = 100
export const OTHER_CLASS = '(other)'

type Scores = QualitySummary['scores']
type Confusion = QualitySummary['confusion']

/** The summary of no labels. */
export function emptyQuality(): QualitySummary {
  return {
    kind: 'quality',
    n: 0,
    confusion: new Map(),
    scores: new Map(),
    absoluteError: 0,
    squaredError: 0,
    error: 0,
    actualSum: 0,
    actualSquares: 0,
  }
}

/** Quality of the union; the arguments are left alone. */
export function mergeQuality(a: QualitySummary, b: QualitySummary): QualitySummary {
  return combine(a, b, 1)
}

/** Quality a without what b added to it; counts do not fall below zero. The arguments are left alone. */
export function subtractQuality(a: QualitySummary, b: QualitySummary): QualitySummary {
  const rest = combine(a, b, -1)
  // Sums of doubles leave dust behind; nothing is left when no label is.
  return rest.n === 0 ? emptyQuality() : rest
}

function combine(a: QualitySummary, b: QualitySummary, sign: 1 | -1): QualitySummary {
  const { scores, rounded } = combineScores(a, b, sign)
  return {
    kind: 'quality',
    n: Math.max(0, a.n + sign * b.n),
    confusion: combineConfusion(a.confusion, b.confusion, sign),
    scores,
    ...(rounded && { scoresRounded: true }),
    absoluteError: Math.max(0, a.absoluteError + sign * b.absoluteError),
    squaredError: Math.max(0, a.squaredError + sign * b.squaredError),
    error: a.error + sign * b.error,
    actualSum: a.actualSum + sign * b.actualSum,
    actualSquares: Math.max(0, a.actualSquares + sign * b.actualSquares),
  }
}

function combineScores(
  a: QualitySummary,
  b: QualitySummary,
  sign: 1 | -1,
): { scores: Scores; rounded: boolean } {
  const rounded = a.scoresRounded === true || b.scoresRounded === true
  const scores: Scores = new Map()
  addScores(scores, a.scores, 1, rounded)
  addScores(scores, b.scores, sign, rounded)
  if (rounded || scores.size <= MAX_EXACT_SCORES) return { scores, rounded }
  const coarse: Scores = new Map()
  addScores(coarse, scores, 1, true)
  return { scores: coarse, rounded: true }
}

function addScores(into: Scores, from: Scores, sign: 1 | -1, rounded: boolean): void {
  for (const [score, sides] of from) {
    const key = rounded ? Math.round(score * SCORE_STEPS) / SCORE_STEPS : score
    const before = into.get(key) ?? { negative: 0, positive: 0 }
    const negative = Math.max(0, before.negative + sign * sides.negative)
    const positive = Math.max(0, before.positive + sign * sides.positive)
    if (negative + positive === 0) into.delete(key)
    else into.set(key, { negative, positive })
  }
}

function combineConfusion(a: Confusion, b: Confusion, sign: 1 | -1): Confusion {
  const sum: Confusion = new Map()
  for (const [actual, row] of a) sum.set(actual, new Map(row))
  for (const [actual, row] of b) {
    const target = sum.get(actual) ?? new Map<string, number>()
    for (const [predicted, count] of row) {
      const left = (target.get(predicted) ?? 0) + sign * count
      if (left > 0) target.set(predicted, left)
      else target.delete(predicted)
    }
    if (target.size > 0) sum.set(actual, target)
    else sum.delete(actual)
  }
  return boundClasses(sum)
}

/** Keeps the largest classes of both sides; the rest becomes OTHER_CLASS. */
function boundClasses(confusion: Confusion): Confusion {
  const actuals = new Map<string, number>()
  const predictions = new Map<string, number>()
  for (const [actual, row] of confusion) {
    for (const [predicted, count] of row) {
      actuals.set(actual, (actuals.get(actual) ?? 0) + count)
      predictions.set(predicted, (predictions.get(predicted) ?? 0) + count)
    }
  }
  if (actuals.size <= MAX_CLASSES && predictions.size <= MAX_CLASSES) return confusion
  const keptActuals = largest(actuals)
  const keptPredictions = largest(predictions)
  const bounded: Confusion = new Map()
  for (const [actual, row] of confusion) {
    const actualKey = keptActuals.has(actual) ? actual : OTHER_CLASS
    const target = bounded.get(actualKey) ?? new Map<string, number>()
    bounded.set(actualKey, target)
    for (const [predicted, count] of row) {
      const key = keptPredictions.has(predicted) ? predicted : OTHER_CLASS
      target.set(key, (target.get(key) ?? 0) + count)
    }
  }
  return bounded
}

function largest(classes: ReadonlyMap<string, number>): ReadonlySet<string> {
  if (classes.size <= MAX_CLASSES) return new Set(classes.keys())
  const sorted = [...classes]
    .filter(([label]) => label !== OTHER_CLASS)
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  return new Set(sorted.slice(0, MAX_CLASSES - 1).map(([label]) => label))
}
