/** Owns telling what kind of prediction the model makes, its classes, and which class a score speaks of. */
import { AppError } from '@/lib/domain/errors'
import type { ColumnMapping, Problem } from '@/lib/domain/profile'

/** An output column as far as this decision needs it. */
export interface OutputColumn {
  readonly name: string
  readonly isCategorical: boolean
  readonly labels: readonly string[] | null
}

export interface InferredProblem {
  readonly problem: Problem | null
  readonly classes: readonly string[]
  readonly positiveClass: string | null
  readonly warnings: readonly string[]
}

/** Pairs of class names whose second one is what people mean by positive. */
const USUAL_PAIRS: readonly (readonly [string, string])[] = [
  ['0', '1'],
  ['-1', '1'],
  ['false', 'true'],
  ['no', 'yes'],
  ['n', 'y'],
  ['f', 't'],
  ['negative', 'positive'],
  ['bad', 'good'],
  ['ham', 'spam'],
  ['legit', 'fraud'],
  ['normal', 'anomaly'],
  ['good', 'default'],
]

/**
 * @param scoreRisesWith the class with the larger mean score on the reference, where that is known
 * @throws AppError `invalid` when the mapping contradicts the data
 */
export function inferProblem(
  mapping: ColumnMapping,
  outputs: {
    readonly prediction: OutputColumn | null
    readonly label: OutputColumn | null
    readonly hasScore: boolean
  },
  scoreRisesWith: (classes: readonly string[]) => string | null,
): InferredProblem {
  const speaker = outputs.prediction ?? outputs.label
  const classes = sortedClasses(outputs)
  const problem = mapping.problem ?? guessProblem(speaker, classes, outputs.hasScore)
  if (problem === null || problem === 'regression') {
    return { problem, classes: [], positiveClass: null, warnings: [] }
  }
  if (problem === 'multiclass') return { problem, classes, positiveClass: null, warnings: [] }
  if (classes.length > 2) {
    throw new AppError(
      'invalid',
      `The problem is binary, but predictions and labels have ${classes.length} classes.`,
      { reason: 'invalid_mapping', field: 'problem' },
    )
  }
  return { problem, classes, ...positiveClassOf(mapping, classes, scoreRisesWith) }
}

function sortedClasses(outputs: { prediction: OutputColumn | null; label: OutputColumn | null }): string[] {
  const columns = [outputs.prediction, outputs.label]
  return [
    ...new Set(columns.flatMap((column) => (column?.isCategorical ? (column.labels ?? []) : []))),
  ].sort()
}

function guessProblem(
  speaker: OutputColumn | null,
  classes: readonly string[],
  hasScore: boolean,
): Problem | null {
  if (speaker === null) return hasScore ? 'binary' : null
  if (!speaker.isCategorical) return 'regression'
  return classes.length <= 2 ? 'binary' : 'multiclass'
}

function positiveClassOf(
  mapping: ColumnMapping,
  classes: readonly string[],
  scoreRisesWith: (classes: readonly string[]) => string | null,
): { positiveClass: string | null; warnings: string[] } {
  if (mapping.positiveClass !== undefined) {
    if (classes.length === 2 && !classes.includes(mapping.positiveClass)) {
      throw new AppError(
        'invalid',
        `The positive class "${mapping.positiveClass}" is none of the classes ${classes.join(', ')}.`,
        { reason: 'invalid_mapping', field: 'positiveClass' },
      )
    }
    return { positiveClass: mapping.positiveClass, warnings: [] }
  }
  if (classes.length === 0) return { positiveClass: null, warnings: [] }
  const lower = classes.map((label) => label.toLowerCase())
  const usual = USUAL_PAIRS.find(([negative, positive]) =>
    lower.every((label) => label === negative || label === positive),
  )
  if (usual) {
    const at = lower.indexOf(usual[1])
    return { positiveClass: at === -1 ? usual[1] : (classes[at] ?? null), warnings: [] }
  }
  const guess = scoreRisesWith(classes) ?? classes[classes.length - 1] ?? null
  return {
    positiveClass: guess,
    warnings: [`The positive class was guessed to be "${guess}"; name it in the mapping if that is wrong.`],
  }
}
