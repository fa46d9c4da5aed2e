/** Owns cutting runs of records down to the slices they lie in, so that each slice is folded like a version of its own. */
import type { SliceCondition } from '@/lib/domain/slice'
import type { RecordRun } from '@/lib/summary/fold-buckets'
import { sliceOfRecords, sliceOfTable } from '@/lib/summary/slice-filter'

/**
 * The runs of each slice, in the order of the slices; runs without a record of it are left out. The records are decoded
 * once for all of them, and those of slices held until they are folded.
 */
export function runsOfSlices(
  runs: Iterable<RecordRun>,
  slices: readonly { readonly conditions: readonly SliceCondition[] }[],
): RecordRun[][] {
  const taken: RecordRun[][] = slices.map(() => [])
  for (const { atMs, facts, records } of runs) {
    const all = records()
    slices.forEach(({ conditions }, index) => {
      const found = 'features' in all ? sliceOfTable(conditions, all) : sliceOfRecords(conditions, all)
      if (found && found.length > 0) taken[index]?.push({ atMs, facts, records: () => found })
    })
  }
  return taken
}
