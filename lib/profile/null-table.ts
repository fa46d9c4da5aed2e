/** Owns giving the profile of a column its null table; how one is made is in `lib/stats/null-table`. */
import type { ColumnRole } from '@/lib/domain/column'
import type { ColumnProfile } from '@/lib/domain/profile'
import { gridFromEdges } from '@/lib/stats/grid/grid'
import type { Pair } from '@/lib/stats/methods/pair'
import { buildNullTable } from '@/lib/stats/null-table/build-null-table'

/** What records carry, and monitors compare. */
const COMPARED: ReadonlySet<ColumnRole> = new Set(['feature', 'prediction', 'score', 'latency'])

/** The reference against itself; null where nothing is compared. */
function referencePair({ grid, moments, categories, otherCount }: ColumnProfile): Pair | null {
  if (grid && moments) {
    const counts = {
      n: grid.counts.reduce((sum, count) => sum + count, 0),
      counts: Float64Array.from(grid.counts),
      sums: Float64Array.from(grid.sums),
      min: moments.min ?? 0,
      max: moments.max ?? 0,
    }
    const deviation = moments.n > 0 ? Math.sqrt(Math.max(0, moments.m2) / moments.n) : 0
    const cells = gridFromEdges(grid.edges, grid.heavy)
    return { kind: 'numeric', grid: cells, reference: counts, current: counts, deviation }
  }
  if (!categories) return null
  const counts = [...categories.map(({ count }) => count), ...(otherCount > 0 ? [otherCount] : [])]
  return {
    kind: 'categorical',
    labels: counts.map((_, index) => String(index)),
    reference: counts,
    current: counts,
  }
}

/** The same column, with limits by chance where a method needs them drawn. */
export function withNullTable(column: ColumnProfile): ColumnProfile {
  const pair = COMPARED.has(column.role) ? referencePair(column) : null
  const nullTable = pair && buildNullTable(pair)
  return nullTable ? { ...column, nullTable } : column
}
