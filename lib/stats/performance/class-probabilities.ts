/**
 * Quality of probabilities over many classes: ROC AUC of each class against the rest, averaged, and log loss.
 *
 * Ties count one half; classes without rows of their own, or with all rows, have no area and are left out of the
 * averages. Log loss clips the probability of the true class to at least 2.22e-16.
 * Source: Hand & Till 2001 for the one-vs-rest form as in scikit-learn; statistics.md section 13; golden
 * `metrics_multiclass`.
 * Example: certain and right about every row gives areas of 1 and a loss of 0.
 */
import { areProbabilities } from '@/lib/stats/calibration/scored-labels'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { countScores, rocAuc } from '@/lib/stats/performance/score-metrics'
import { meanOf, sumOf } from '@/lib/stats/sum'

const SMALLEST_PROBABILITY = 2.220446049250313e-16

export interface ClassProbabilityQuality {
  /** In the order of `labels`; null where a class has no rows or all. */
  readonly rocAuc: readonly (number | null)[]
  readonly macroRocAuc: number | null
  /** Weighted by the rows of each class. */
  readonly weightedRocAuc: number | null
  readonly logLoss: number
}

/**
 * @param labels of the classes
 * @param probabilities one column a class, in the order of `labels`, each as long as `actual`
 * @param actual the true class of each row, one of `labels`
 * @returns `invalid_value` for a class that is not listed or a value that is no probability
 */
export function classProbabilityQuality(
  labels: readonly string[],
  probabilities: readonly ArrayLike<number>[],
  actual: readonly string[],
): Outcome<ClassProbabilityQuality> {
  if (probabilities.length !== labels.length) return undefinedBecause('length_mismatch')
  if (probabilities.some((column) => column.length !== actual.length))
    return undefinedBecause('length_mismatch')
  if (actual.length === 0) return undefinedBecause('too_few_values')
  const index = new Map(labels.map((label, j) => [label, j]))
  const isReadable = probabilities.every(areProbabilities) && actual.every((label) => index.has(label))
  if (!isReadable) return undefinedBecause('invalid_value')
  const areas = labels.map((label, j) => {
    const isClass = Uint8Array.from(actual, (truth) => (truth === label ? 1 : 0))
    return rocAuc(countScores(probabilities[j]!, isClass))
  })
  const defined = areas.filter((area) => area !== null)
  const support = sumOf(defined.map(({ positives }) => positives))
  const losses = actual.map(
    (label, row) => -Math.log(Math.max(SMALLEST_PROBABILITY, probabilities[index.get(label)!]![row]!)),
  )
  return {
    status: 'ok',
    rocAuc: areas.map((area) => area?.auc ?? null),
    macroRocAuc: meanOf(defined.map(({ auc }) => auc)),
    weightedRocAuc:
      defined.length === 0 ? null : sumOf(defined.map(({ auc, positives }) => (auc * positives) / support)),
    logLoss: sumOf(losses) / actual.length,
  }
}
