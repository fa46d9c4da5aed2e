/** Owns reading back the values of scanned columns, by row. */
import type { DescribedColumn } from '@/lib/profile/describe-column'
import type { Spill } from '@/lib/profile/spill'

/** A described column and where its floats lie. */
export interface TableColumn extends DescribedColumn {
  readonly index: number
}

/** Numbers by row, NaN where missing; instants in epoch ms for dates. */
export async function readNumbers(spill: Spill, column: TableColumn): Promise<Float64Array> {
  return column.scanned.toNumbers(await spill.read(column.index))
}

/** Labels by row, null where missing or beyond the labels that are kept. */
export async function readLabels(spill: Spill, column: TableColumn): Promise<(string | null)[]> {
  return column.scanned.labels(await spill.read(column.index))
}
