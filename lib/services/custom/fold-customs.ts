/** Owns counting new records of a version in the custom metrics of its model; a model without any pays nothing. */
import type { RecordBlock } from '@/db/contracts/log-store'
import type { SummaryDelta } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import type { Version } from '@/lib/domain/model'
import { customsOf } from '@/lib/services/custom/compiled-metrics'
import { CustomDeltas } from '@/lib/services/custom/custom-deltas'
import { findCustomState, isLive } from '@/lib/services/custom/custom-state'
import { minutesFromMs, runsOf } from '@/lib/services/summaries/fold-blocks'
import type { RecordRun } from '@/lib/summary/fold-buckets'

const NO_FACTS = { late: false, backfill: false }

/** What these blocks add. Those before the border of a metric are left to its rebuild. */
export async function foldCustoms(
  ctx: Context,
  version: Version,
  blocks: readonly RecordBlock[],
): Promise<SummaryDelta[]> {
  const customs = await customsOf(ctx, version.modelId)
  if (customs.length === 0) return []
  const folds: { deltas: CustomDeltas; takes: (block: RecordBlock) => boolean }[] = []
  for (const custom of customs) {
    const state = await findCustomState(ctx, custom.metric.seriesId, version.id)
    if (!state) continue
    const deltas = new CustomDeltas(custom, version.id, minutesFromMs(ctx))
    folds.push({ deltas, takes: ({ position }) => isLive(state, position) })
  }
  if (folds.length === 0) return []
  for (const block of blocks) {
    for (const run of runsOf(block, () => NO_FACTS).map(decodedOnce))
      for (const { deltas, takes } of folds) if (takes(block)) deltas.addRun(run)
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
