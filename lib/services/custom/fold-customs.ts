/** Owns counting new records of a version in the custom metrics of its model; a model without any pays nothing. */
import type { RecordBlock } from '@/db/contracts/log-store'
import type { SummaryDelta } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import type { Version } from '@/lib/domain/model'
import type { Slice } from '@/lib/domain/slice'
import { customsOf } from '@/lib/services/custom/compiled-metrics'
import { CustomDeltas } from '@/lib/services/custom/custom-deltas'
import { partsOf, slicesOfCustoms } from '@/lib/services/custom/custom-parts'
import { findCustomState, isLive } from '@/lib/services/custom/custom-state'
import { minutesFromMs, runsOf } from '@/lib/services/summaries/fold-blocks'
import type { RecordRun } from '@/lib/summary/fold-buckets'
import { runsOfSlices } from '@/lib/summary/slice-runs'

const NO_FACTS = { late: false, backfill: false }

/** What these blocks add. Those before the border of a metric are left to its rebuild. */
export async function foldCustoms(
  ctx: Context,
  version: Version,
  blocks: readonly RecordBlock[],
): Promise<SummaryDelta[]> {
  const customs = await customsOf(ctx, version.modelId)
  if (customs.length === 0) return []
  const slices = await slicesOfCustoms(ctx, version.modelId)
  const folds: { deltas: CustomDeltas; slice: Slice | null; takes: (block: RecordBlock) => boolean }[] = []
  for (const custom of customs) {
    for (const { series, slice } of partsOf(custom.metric, version, slices)) {
      const state = await findCustomState(ctx, custom.metric.seriesId, series)
      if (!state) continue
      const deltas = new CustomDeltas(custom, series, minutesFromMs(ctx))
      folds.push({ deltas, slice, takes: ({ position }) => isLive(state, position) })
    }
  }
  if (folds.length === 0) return []
  for (const block of blocks) {
    const runs = runsOf(block, () => NO_FACTS).map(decodedOnce)
    // Cut once for all metrics.
    const cut = slices.length === 0 ? [] : runsOfSlices(runs, slices)
    for (const { deltas, slice, takes } of folds) {
      if (!takes(block)) continue
      for (const run of slice ? (cut[slices.indexOf(slice)] ?? []) : runs) deltas.addRun(run)
    }
  }
  return folds.flatMap(({ deltas }) => deltas.deltas())
}

/** Decoding costs more than computing: all metrics share it. */
export function decodedOnce(run: RecordRun): RecordRun {
  let records: ReturnType<RecordRun['records']> | null = null
  return {
    ...run,
    records: () => {
      records ??= run.records()
      return records
    },
  }
}
