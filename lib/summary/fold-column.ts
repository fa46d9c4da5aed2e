/** Owns the choice of how a column is folded: by its profile, or by its values where there is none. */

import { oncePer } from '@/lib/domain/once-per'
import type { ColumnProfile, GridJson } from '@/lib/domain/profile'
import { gridFromEdges } from '@/lib/stats/grid/grid'
import type { ColumnFold } from '@/lib/summary/column-fold'
import { CategoryFold } from '@/lib/summary/fold-category'
import { NumericFold } from '@/lib/summary/fold-numeric'
import { UnprofiledFold } from '@/lib/summary/fold-unprofiled'

export type { ColumnFold } from '@/lib/summary/column-fold'

/**
 * A fold for one column.
 * @param column its profile, or null when there is none
 * @throws RangeError when the profile's grid is broken
 */
export function createColumnFold(column: ColumnProfile | null): ColumnFold {
  if (column === null) return new UnprofiledFold()
  if (column.kind === 'numeric' && column.grid) return new NumericFold(column, sharedGrid(column.grid))
  if (column.kind === 'numeric') return new UnprofiledFold()
  return new CategoryFold(column)
}

/** One grid for all folds of a column: chunks of a reference make hundreds. */
const sharedGrid = oncePer(({ edges, heavy }: GridJson) => gridFromEdges(edges, heavy))
