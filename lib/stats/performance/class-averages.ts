/**
 * Quality of decisions between many classes, from counts: by class, averaged, and Cohen's kappa. Mergeable.
 *
 * Macro: mean over classes; micro: over all decisions; weighted: by the rows of a class. A class is any label with a
 * count on either side; a ratio of a class without a denominator counts as 0 (scikit-learn's zero_division = 0).
 * Source: scikit-learn; Cohen 1960; statistics.md section 13; golden `metrics_multiclass`.
 * Example: a, a, b decided a, b, b give an accuracy of ⅔ and a kappa of 0.4.
 */
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { binaryConfusion, type Confusion } from '@/lib/stats/performance/confusion-metrics'
import { sumOf } from '@/lib/stats/sum'

export interface ClassScores {
  readonly precision: number
  readonly recall: number
  readonly f1: number
}

export interface ClassQuality extends ClassScores {
  readonly label: string
  /** Rows whose true class this is. */
  readonly support: number
}

export interface ClassAverages {
  readonly n: number
  readonly accuracy: number
  readonly macro: ClassScores
  readonly micro: ClassScores
  readonly weighted: ClassScores
  /** In order of label. */
  readonly classes: readonly ClassQuality[]
  /** Rows by true class, columns by decision, in the order of `classes`. */
  readonly matrix: readonly (readonly number[])[]
  /** Agreement beyond chance, at most 1; null when chance alone agrees always (one class on both sides). */
  readonly kappa: number | null
}

/** Counts by true, then decided, class. @returns `length_mismatch` for lists of different lengths */
export function countClasses(
  actual: readonly string[],
  decided: readonly string[],
): Outcome<{ readonly confusion: Confusion }> {
  if (actual.length !== decided.length) return undefinedBecause('length_mismatch')
  const confusion = new Map<string, Map<string, number>>()
  actual.forEach((truth, row) => {
    const counts = confusion.get(truth) ?? new Map<string, number>()
    confusion.set(truth, counts)
    const decision = decided[row]!
    counts.set(decision, (counts.get(decision) ?? 0) + 1)
  })
  return { status: 'ok', confusion }
}

/** @returns all averages; `too_few_values` without rows, `invalid_value` for a count that is none */
export function classAverages(confusion: Confusion): Outcome<ClassAverages> {
  const counts = [...confusion.values()].flatMap((row) => [...row.values()])
  if (!counts.every((count) => Number.isFinite(count) && count >= 0)) return undefinedBecause('invalid_value')
  const n = sumOf(counts)
  if (n === 0) return undefinedBecause('too_few_values')
  const labels = occupiedLabels(confusion)
  const classes = labels.map((label) => qualityOf(confusion, label))
  const matrix = labels.map((truth) => labels.map((decision) => confusion.get(truth)?.get(decision) ?? 0))
  const accuracy = sumOf(matrix.map((row, j) => row[j]!)) / n
  return {
    status: 'ok',
    n,
    accuracy,
    macro: averaged(classes, () => 1 / classes.length),
    micro: { precision: accuracy, recall: accuracy, f1: accuracy },
    weighted: averaged(classes, ({ support }) => support / n),
    classes,
    matrix,
    kappa: kappaOf(matrix, accuracy, n),
  }
}

function occupiedLabels(confusion: Confusion): string[] {
  const labels = new Set<string>()
  for (const [truth, row] of confusion) {
    for (const [decision, count] of row) if (count > 0) labels.add(truth).add(decision)
  }
  return [...labels].sort()
}

const ratio = (top: number, bottom: number) => (bottom === 0 ? 0 : top / bottom)

function qualityOf(confusion: Confusion, label: string): ClassQuality {
  const { tp, fp, fn } = binaryConfusion(confusion, label)
  return {
    label,
    precision: ratio(tp, tp + fp),
    recall: ratio(tp, tp + fn),
    f1: ratio(2 * tp, 2 * tp + fp + fn),
    support: tp + fn,
  }
}

function averaged(
  classes: readonly ClassQuality[],
  weightOf: (quality: ClassQuality) => number,
): ClassScores {
  const mean = (metric: keyof ClassScores) =>
    Math.min(1, sumOf(classes.map((quality) => weightOf(quality) * quality[metric])))
  return { precision: mean('precision'), recall: mean('recall'), f1: mean('f1') }
}

function kappaOf(matrix: readonly (readonly number[])[], accuracy: number, n: number): number | null {
  const shareOfRow = matrix.map((row) => sumOf(row) / n)
  const shareOfColumn = matrix.map((_, j) => sumOf(matrix.map((row) => row[j]!)) / n)
  // One class decided and true everywhere: there is nothing beyond chance.
  if (matrix.length === 1) return null
  const chance = sumOf(shareOfRow.map((share, j) => share * shareOfColumn[j]!))
  return chance < 1 ? (accuracy - chance) / (1 - chance) : null
}
