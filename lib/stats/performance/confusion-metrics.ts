/**
 * Quality of class decisions from counts: mergeable over windows.
 *
 * An undefined ratio is null (scikit-learn answers 0 with a warning). Source: statistics.md 13; golden `metrics_binary`.
 * Example: tp 3, fp 1, tn 4, fn 2 give precision ¾, recall 0.6 and F1 ⅔.
 */

/** Counts of decisions by truth. */
export interface BinaryConfusion {
  readonly tp: number
  readonly fp: number
  readonly tn: number
  readonly fn: number
}

export interface BinaryMetrics {
  readonly accuracy: number | null
  readonly precision: number | null
  readonly recall: number | null
  readonly specificity: number | null
  readonly f1: number | null
  readonly balancedAccuracy: number | null
  /** Matthews correlation. */
  readonly mcc: number | null
  readonly baseRate: number | null
}

const ratio = (top: number, bottom: number) => (bottom === 0 ? null : top / bottom)

/** All metrics that follow from the four counts. */
export function binaryMetrics({ tp, fp, tn, fn }: BinaryConfusion): BinaryMetrics {
  const n = tp + fp + tn + fn
  const recall = ratio(tp, tp + fn)
  const specificity = ratio(tn, tn + fp)
  const spread = Math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
  return {
    accuracy: ratio(tp + tn, n),
    precision: ratio(tp, tp + fp),
    recall,
    specificity,
    f1: ratio(2 * tp, 2 * tp + fp + fn),
    balancedAccuracy: recall === null || specificity === null ? null : (recall + specificity) / 2,
    mcc: ratio(tp * tn - fp * fn, spread),
    baseRate: ratio(tp + fn, n),
  }
}

/** Counts by actual, then predicted, class. */
export type Confusion = ReadonlyMap<string, ReadonlyMap<string, number>>

/**
 * Accuracy and macro F1 of any number of classes; a class without predictions and labels is left out, one with
 * only some of them scores 0 (scikit-learn's zero_division = 0).
 */
export function multiclassMetrics(confusion: Confusion): {
  readonly n: number
  readonly accuracy: number | null
  readonly macroF1: number | null
} {
  const right = new Map<string, number>()
  const actual = new Map<string, number>()
  const predicted = new Map<string, number>()
  let n = 0
  let correct = 0
  for (const [truth, row] of confusion) {
    for (const [decision, count] of row) {
      n += count
      actual.set(truth, (actual.get(truth) ?? 0) + count)
      predicted.set(decision, (predicted.get(decision) ?? 0) + count)
      if (truth !== decision) continue
      correct += count
      right.set(truth, (right.get(truth) ?? 0) + count)
    }
  }
  const classes = new Set([...actual, ...predicted].filter(([, count]) => count > 0).map(([label]) => label))
  let f1 = 0
  for (const label of classes) {
    f1 += (2 * (right.get(label) ?? 0)) / ((actual.get(label) ?? 0) + (predicted.get(label) ?? 0))
  }
  return { n, accuracy: ratio(correct, n), macroF1: ratio(f1, classes.size) }
}

/** The four counts for one class against the rest. */
export function binaryConfusion(confusion: Confusion, positive: string): BinaryConfusion {
  const counts = { tp: 0, fp: 0, tn: 0, fn: 0 }
  for (const [truth, row] of confusion) {
    for (const [decision, count] of row) {
      if (truth === positive) counts[decision === positive ? 'tp' : 'fn'] += count
      else counts[decision === positive ? 'fp' : 'tn'] += count
    }
  }
  return counts
}
