/** Owns going through the features in search of one that gives the label away. */
import type { ColumnProfile } from '@/lib/domain/profile'
import type { InferredProblem } from '@/lib/profile/infer-problem'
import { warnOfCorrelation, warnOfPurity, warnOfRanking } from '@/lib/profile/leakage'
import type { Spill } from '@/lib/profile/spill'
import { readLabels, readNumbers, type TableColumn } from '@/lib/profile/table-values'

/** @returns one sentence a suspicious feature; none without labels */
export async function findLeakage(
  columns: readonly { profile: ColumnProfile; column: TableColumn }[],
  label: TableColumn | null,
  { problem, positiveClass }: InferredProblem,
  spill: Spill,
): Promise<string[]> {
  if (!label || problem === null) return []
  const features = columns.filter(({ profile }) => profile.role === 'feature')
  const warnings: (string | null)[] = []
  if (problem === 'regression') {
    const target = await readNumbers(spill, label)
    for (const { profile, column } of features) {
      if (profile.kind !== 'numeric') continue
      warnings.push(warnOfCorrelation(profile, await readNumbers(spill, column), target))
    }
  } else {
    const labels = await readLabels(spill, label)
    for (const { profile, column } of features) {
      if (profile.kind === 'numeric' && positiveClass !== null) {
        warnings.push(warnOfRanking(profile, await readNumbers(spill, column), labels, positiveClass))
      } else if (profile.kind === 'categorical') {
        warnings.push(warnOfPurity(profile, await readLabels(spill, column), labels))
      }
    }
  }
  return warnings.filter((warning) => warning !== null)
}
