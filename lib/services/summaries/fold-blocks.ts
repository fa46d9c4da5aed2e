/** Owns turning blocks of the log into one version's summary deltas; shared by summarising and rebuilding. */
import type { RecordBlock } from '@/db/contracts/log-store'
import { NO_PROFILE, SAMPLE_SERIES, type SummaryDelta, TRAFFIC_SERIES } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import type { PredictionRecord } from '@/lib/domain/record'
import { alignDown, DAY_MS, HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import {
  columnIdsFor,
  folderFor,
  forgetFolders,
  sliceFolderFor,
} from '@/lib/services/summaries/summary-cache'
import { type EncodedBucket, foldBuckets, type RecordRun } from '@/lib/summary/fold-buckets'
import type { RecordFacts } from '@/lib/summary/fold-traffic'

/** Bounds the memory and the pause of a step: columns × buckets it may write. */
const MAX_DELTAS = 60_000

/** Deltas of a version's columns under `profileId`; traffic, which no profile changes, under none. */
export async function foldIntoDeltas(
  ctx: Context,
  input: {
    readonly versionId: number
    readonly profileId: number
    readonly runs: readonly RecordRun[]
    /** Traffic is not counted again when columns are rebuilt. */
    readonly withTraffic: boolean
    /** The slice whose records these are, by the number its summaries stand under. */
    readonly sliceSeries?: number
  },
): Promise<SummaryDelta[]> {
  const { versionId, profileId, sliceSeries } = input
  const { folder, sampler } = await (sliceSeries === undefined ? folderFor : sliceFolderFor)(ctx, profileId)
  let buckets: EncodedBucket[]
  try {
    buckets = foldBuckets(folder, input.runs, minutesFromMs(ctx), sampler)
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
    const key = { versionId: sliceSeries ?? versionId, level, startMs }
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

/**
 * The first blocks, as many as one commit may hold: records spread over many minutes or hours make many deltas.
 * @param slices how many slices a model has, by its name, where any has some
 */
export function takeForOneStep(
  ctx: Context,
  blocks: readonly RecordBlock[],
  slices: ReadonlyMap<string, number> = new Map(),
): RecordBlock[] {
  const taken: RecordBlock[] = []
  const seen = new Set<string>()
  const minutesFrom = minutesFromMs(ctx)
  let deltas = 0
  for (const block of blocks) {
    let fresh = 0
    for (const bucket of bucketsOf(block, minutesFrom)) {
      const key = `${bucket} ${block.model}/${block.version}`
      if (seen.has(key)) continue
      seen.add(key)
      fresh++
    }
    if (fresh > 0) {
      const copies = 1 + (slices.get(block.model) ?? 0)
      deltas += copies * fresh * (3 + Object.keys(block.first.f).length)
    }
    if (deltas > MAX_DELTAS && taken.length > 0) break
    taken.push(block)
  }
  return taken
}

/** Names of the hours of a block's records, and of the minutes that get a bucket: all between its first and last, where it lies within an hour. */
function* bucketsOf(block: RecordBlock, minutesFrom: number): Generator<string> {
  const { minMs, maxMs } = block
  const hourMs = alignDown(minMs, HOUR_MS)
  const isWithinHour = alignDown(maxMs, HOUR_MS) === hourMs
  const instants = isWithinHour ? everyMinute(minMs, maxMs) : block.records.map(({ at }) => at)
  if (isWithinHour) yield `h${hourMs}`
  for (const at of instants) {
    if (!isWithinHour) yield `h${alignDown(at, HOUR_MS)}`
    const minuteMs = alignDown(at, MINUTE_MS)
    if (minuteMs >= minutesFrom) yield `m${minuteMs}`
  }
}

function* everyMinute(fromMs: number, toMs: number): Generator<number> {
  for (let at = alignDown(fromMs, MINUTE_MS); at <= toMs; at += MINUTE_MS) yield at
}

/**
 * The records of a block as runs within a minute each: one that is read when it is folded, where all lie in the same
 * minute, as those of live traffic do.
 * @param factsAt what is known of the block's records of an instant; the same within a minute
 */
export function runsOf(block: RecordBlock, factsAt: (atMs: number) => RecordFacts): RecordRun[] {
  const { minMs, maxMs } = block
  if (alignDown(minMs, MINUTE_MS) === alignDown(maxMs, MINUTE_MS))
    return [{ atMs: minMs, facts: factsAt(minMs), records: () => block.table ?? block.records }]
  const runs: RecordRun[] = []
  let minuteMs = Number.NaN
  let run: PredictionRecord[] = []
  for (const record of block.records) {
    if (alignDown(record.at, MINUTE_MS) !== minuteMs) {
      minuteMs = alignDown(record.at, MINUTE_MS)
      const records: PredictionRecord[] = []
      run = records
      runs.push({ atMs: record.at, facts: factsAt(record.at), records: () => records })
    }
    run.push(record)
  }
  return runs
}
