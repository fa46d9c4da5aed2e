/** Owns turning blocks of the log into one version's summary deltas; shared by summarising and rebuilding. */
import type { RecordBlock } from '@/db/contracts/log-store'
import { NO_PROFILE, SAMPLE_SERIES, type SummaryDelta, TRAFFIC_SERIES } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { alignDown, DAY_MS, HOUR_MS } from '@/lib/domain/time'
import { columnIdsFor, folderFor, forgetFolders } from '@/lib/services/summaries/summary-cache'
import { type EncodedBucket, foldBuckets, type RecordWithFacts } from '@/lib/summary/fold-buckets'

/** Bounds the memory and the pause of a step: columns × buckets it may write. */
const MAX_DELTAS = 60_000

/** Deltas of a version's columns under `profileId`; traffic, which no profile changes, under none. */
export async function foldIntoDeltas(
  ctx: Context,
  input: {
    readonly versionId: number
    readonly profileId: number
    readonly records: Iterable<RecordWithFacts>
    /** Traffic is not counted again when columns are rebuilt. */
    readonly withTraffic: boolean
  },
): Promise<SummaryDelta[]> {
  const { versionId, profileId } = input
  const { folder, sampler } = await folderFor(ctx, profileId)
  let buckets: EncodedBucket[]
  try {
    buckets = foldBuckets(folder, input.records, minutesFromMs(ctx), sampler)
  } catch (error) {
    forgetFolders(ctx)
    throw error
  }
  const ids = await columnIdsFor(
    ctx,
    versionId,
    new Set(buckets.flatMap(({ columns }) => [...columns.keys()])),
  )
  const deltas: SummaryDelta[] = []
  for (const { level, startMs, traffic, columns, sample } of buckets) {
    const key = { versionId, level, startMs }
    if (input.withTraffic)
      deltas.push({ key: { ...key, profileId: NO_PROFILE, columnId: TRAFFIC_SERIES }, bytes: traffic })
    if (sample) deltas.push({ key: { ...key, profileId, columnId: SAMPLE_SERIES }, bytes: sample })
    for (const [name, bytes] of columns) {
      const columnId = ids.get(name)
      if (columnId !== undefined) deltas.push({ key: { ...key, profileId, columnId }, bytes })
    }
  }
  return deltas
}

/** Records before this instant get no minute bucket: it would be dropped at once. */
export function minutesFromMs(ctx: Context): number {
  return ctx.nowMs - ctx.retention.minuteBucketDays * DAY_MS
}

/** The first blocks, as many as one commit may hold: old records spread over many hours make many deltas. */
export function takeForOneStep(blocks: readonly RecordBlock[]): RecordBlock[] {
  const taken: RecordBlock[] = []
  const seen = new Set<string>()
  let deltas = 0
  for (const block of blocks) {
    const columns = 3 + Object.keys(block.records[0]?.f ?? {}).length
    let lastHourMs = Number.NaN
    for (const { at } of block.records) {
      const hourMs = alignDown(at, HOUR_MS)
      if (hourMs === lastHourMs) continue
      lastHourMs = hourMs
      const bucket = `${hourMs} ${block.model}/${block.version}`
      if (seen.has(bucket)) continue
      seen.add(bucket)
      deltas += columns
    }
    if (deltas > MAX_DELTAS && taken.length > 0) break
    taken.push(block)
  }
  return taken
}
