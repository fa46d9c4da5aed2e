/** Owns bringing a window's summary and its reference onto the same cells or categories. */
import { OTHER_LABEL, type ReferenceColumn } from '@/lib/monitor/reference'
import { alignCategories, type Pair } from '@/lib/stats/methods/pair'
import { presentOf } from '@/lib/summary/merge'
import type { CategorySummary, ColumnSummary } from '@/lib/summary/types'

/** Current counts by label; what the summary dropped, and what a cut reference cannot name, count as `(other)`. */
function currentCategories(
  summary: CategorySummary,
  reference: ReadonlyMap<string, number>,
): Map<string, number> {
  const hasOther = reference.has(OTHER_LABEL)
  const counts = new Map<string, number>()
  let kept = 0
  let other = 0
  for (const [label, { count }] of summary.counts.items) {
    kept += count
    if (hasOther && !reference.has(label)) other += count
    else counts.set(label, count)
  }
  other += Math.max(0, presentOf(summary) - kept)
  if (other > 0) counts.set(OTHER_LABEL, (counts.get(OTHER_LABEL) ?? 0) + other)
  return counts
}

/**
 * Reference and window side by side.
 * @throws RangeError when the summary was made on another grid or is of another kind than the profile's column
 */
export function pairOf(column: ReferenceColumn, summary: ColumnSummary): Pair {
  if (summary.kind === 'grid' && column.grid && column.counts) {
    if (summary.values.counts.length !== column.grid.cellCount) {
      throw new RangeError(`the summary of ${column.key} was made on another grid`)
    }
    return {
      kind: 'numeric',
      grid: column.grid,
      reference: column.counts,
      current: summary.values,
      deviation: column.deviation,
    }
  }
  if (summary.kind === 'categories' && column.categories) {
    return alignCategories(column.categories, currentCategories(summary, column.categories))
  }
  throw new RangeError(`the summary of ${column.key} does not fit its profile`)
}
