/** Owns joining labels that came before their records, in the step that summarises the records. */
import type { RecordBlock } from '@/db/contracts/log-store'
import type { JoinedLabel, SummaryDelta } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import type { PredictionRecord } from '@/lib/domain/record'
import { joinedLabel, QualityDeltas } from '@/lib/services/labels/quality-deltas'
import { minutesFromMs } from '@/lib/services/summaries/fold-blocks'
import { positiveClassOf } from '@/lib/services/summaries/summary-cache'

/** Ids asked for at once. */
const IDS_A_QUERY = 5_000

export interface WaitingJoins {
  readonly deltas: SummaryDelta[]
  readonly joined: JoinedLabel[]
  readonly noLongerPending: { modelId: number; predictionId: string }[]
}

/** What the arrival of these records changes for labels that wait for them; the versions are registered already. */
export async function joinWaitingLabels(ctx: Context, blocks: readonly RecordBlock[]): Promise<WaitingJoins> {
  const added = new QualityDeltas(minutesFromMs(ctx))
  const joined: JoinedLabel[] = []
  const noLongerPending: WaitingJoins['noLongerPending'] = []
  for (const name of new Set(blocks.map(({ model }) => model))) {
    const model = await ctx.metadata.findModel(name)
    if (!model || (await ctx.series.countPending(model.id)) === 0) continue
    const slices = await ctx.metadata.listSlices(model.id)
    const records = new Map<string, { version: string; record: PredictionRecord }>()
    for (const block of blocks) {
      if (block.model !== name) continue
      for (const record of block.records) records.set(record.id, { version: block.version, record })
    }
    for (const ids of inChunks([...records.keys()], IDS_A_QUERY)) {
      const pending = await ctx.series.findPending(model.id, ids)
      if (pending.size === 0) continue
      const known = await ctx.series.findJoined(model.id, [...pending.keys()])
      for (const label of pending.values()) {
        noLongerPending.push({ modelId: model.id, predictionId: label.predictionId })
        const found = records.get(label.predictionId)
        if (!found || known.has(label.predictionId)) continue
        const version = await ctx.metadata.findVersion(model.id, found.version)
        if (!version) continue
        const positiveClass = await positiveClassOf(ctx, version.profileId)
        const row = joinedLabel(label, found.record, version.id, positiveClass, slices)
        joined.push(row)
        added.add(row, positiveClass)
      }
    }
  }
  return { deltas: added.deltas(), joined, noLongerPending }
}

/** Consecutive pieces of at most `size`. */
export function inChunks<T>(list: readonly T[], size: number): T[][] {
  const chunks: T[][] = []
  for (let start = 0; start < list.length; start += size) chunks.push(list.slice(start, start + size))
  return chunks
}
