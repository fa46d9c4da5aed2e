/** Owns choosing which quality can be measured on the reference, and reading what it needs. */
import type { ReferenceQuality } from '@/lib/domain/profile'
import type { InferredProblem } from '@/lib/profile/infer-problem'
import { classQuality, regressionQuality } from '@/lib/profile/reference-quality'
import type { Spill } from '@/lib/profile/spill'
import { readLabels, readNumbers, type TableColumn } from '@/lib/profile/table-values'

/** The columns that quality is measured from. */
export interface OutputColumns {
  readonly prediction: TableColumn | null
  readonly score: TableColumn | null
  readonly label: TableColumn | null
}

/** @returns null without labels, or without anything to compare them with */
export async function measureQuality(
  { prediction, score, label }: OutputColumns,
  { problem, positiveClass }: InferredProblem,
  spill: Spill,
): Promise<ReferenceQuality | null> {
  if (!label || problem === null || label.scanned.present === 0) return null
  if (problem === 'regression') {
    if (!prediction) return null
    return regressionQuality(await readNumbers(spill, label), await readNumbers(spill, prediction))
  }
  const scores = score && positiveClass !== null ? await readNumbers(spill, score) : null
  if (!prediction && !scores) return null
  const predictions = prediction ? await readLabels(spill, prediction) : null
  return classQuality(await readLabels(spill, label), predictions, scores, positiveClass)
}
