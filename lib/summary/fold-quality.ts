/** Owns what one joined label adds to a quality summary. Knows no storage and no profile but the positive class. */
import type { Scalar } from '@/lib/domain/record'
import { categoryLabel } from '@/lib/summary/category-label'
import type { QualitySummary } from '@/lib/summary/types'

export interface LabelledPrediction {
  readonly actual: Scalar
  readonly predicted: Scalar
  /** Score of the positive class, or null. */
  readonly score: number | null
  /** The class that scores speak of; null: found by its usual names. */
  readonly positiveClass: string | null
}

const POSITIVE_WORDS: ReadonlySet<string> = new Set(['1', 'true', 'yes', 'positive', 'pos'])
const NEGATIVE_WORDS: ReadonlySet<string> = new Set(['0', 'false', 'no', 'negative', 'neg', '-1'])

/** Whole numbers up to this may be classes; larger ones and fractions are measured only as numbers. */
const LARGEST_CLASS_NUMBER = 1_000

/**
 * Adds one label, in place. Class counts, numeric errors and scores are each kept where the values allow them,
 * so that the summary does not depend on what was known of the model at the time.
 * @returns false when there is nothing to compare: no prediction or no label
 */
export function addLabel(quality: QualitySummary, label: LabelledPrediction): boolean {
  const { actual, predicted } = label
  if (actual === null || predicted === null || actual === '' || predicted === '') return false
  quality.n++
  if (typeof actual === 'number' && typeof predicted === 'number') addNumbers(quality, actual, predicted)
  if (isClass(actual) && isClass(predicted)) addClasses(quality, actual, predicted)
  if (label.score !== null && Number.isFinite(label.score)) addScore(quality, label.score + 0, label)
  return true
}

function addNumbers(quality: QualitySummary, actual: number, predicted: number): void {
  const error = predicted - actual
  quality.error += error
  quality.absoluteError += Math.abs(error)
  quality.squaredError += Math.min(Number.MAX_VALUE, error * error)
  quality.actualSum += actual
  quality.actualSquares += Math.min(Number.MAX_VALUE, actual * actual)
}

function addClasses(
  quality: QualitySummary,
  actual: string | number | boolean,
  predicted: string | number | boolean,
): void {
  const [actualText, predictedText] = classTexts(actual, predicted)
  const row = quality.confusion.get(actualText) ?? new Map<string, number>()
  quality.confusion.set(actualText, row)
  row.set(predictedText, (row.get(predictedText) ?? 0) + 1)
}

function addScore(
  quality: QualitySummary,
  score: number,
  { actual, positiveClass }: LabelledPrediction,
): void {
  if (actual === null) return
  const positive = isPositive(actual, positiveClass)
  if (positive === null) return
  const sides = quality.scores.get(score) ?? { negative: 0, positive: 0 }
  if (positive) sides.positive++
  else sides.negative++
  quality.scores.set(score, sides)
}

/** Both sides as text; a boolean facing a number or a digit reads as 1 or 0, for clients mix them. */
function classTexts(a: string | number | boolean, b: string | number | boolean): [string, string] {
  return [classText(a, b), classText(b, a)]
}

function classText(value: string | number | boolean, facing: string | number | boolean): string {
  if (typeof value !== 'boolean') return categoryLabel(value)
  return facing === 0 || facing === 1 || facing === '0' || facing === '1'
    ? value
      ? '1'
      : '0'
    : String(value)
}

function isPositive(actual: string | number | boolean, positiveClass: string | null): boolean | null {
  if (positiveClass !== null) return classText(actual, positiveClass) === positiveClass
  const word = String(actual).toLowerCase()
  if (POSITIVE_WORDS.has(word)) return true
  return NEGATIVE_WORDS.has(word) ? false : null
}

function isClass(value: Scalar): value is string | number | boolean {
  return typeof value !== 'number' || (Number.isInteger(value) && Math.abs(value) <= LARGEST_CLASS_NUMBER)
}
