/**
 * Owns cutting records of one version into buckets of all levels, folded and encoded bucket by bucket so that
 * memory does not grow with the span of time. Knows no storage.
 */
import type { PredictionRecord } from '@/lib/domain/record'
import type { RecordTable } from '@/lib/domain/record-table'
import { alignDown, type BucketLevel, DAY_MS, HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { encodeSummary } from '@/lib/summary/codec'
import type { BucketFold, VersionFolder } from '@/lib/summary/fold'
import type { RecordFacts } from '@/lib/summary/fold-traffic'
import { mergeSummaries } from '@/lib/summary/merge'
import type { RowsSummary } from '@/lib/summary/rows'
import type { RowSampler } from '@/lib/summary/sample-rows'
import type { ColumnSummary } from '@/lib/summary/types'

/** Records of one minute that came in the same way. */
export interface RecordRun {
  /** Any instant of the minute. */
  readonly atMs: number
  readonly facts: RecordFacts
  /** Asked for once, when they are folded. */
  records(): RecordTable | readonly PredictionRecord[]
}

/** One bucket, encoded. */
export interface EncodedBucket {
  readonly level: BucketLevel
  readonly startMs: number
  readonly traffic: Uint8Array
  /** By column key. */
  readonly columns: ReadonlyMap<string, Uint8Array>
  /** What the records add to the bucket's sample of rows; absent in minutes, and where they add nothing. */
  readonly sample?: Uint8Array
}

interface HourGroup {
  readonly minutes: Map<number, RecordRun[]>
  /** Runs too old for minute buckets. */
  readonly old: RecordRun[]
}

/**
 * Folds runs of records, in any order, into hour and day buckets, and into minute buckets where they are young enough.
 * Only the records of one run are held at a time.
 * @param minutesFromMs minutes that began before this instant get no bucket
 * @param sampler draws whole rows for hours and days, where there is a profile
 */
export function foldBuckets(
  folder: VersionFolder,
  runs: Iterable<RecordRun>,
  minutesFromMs: number,
  sampler: RowSampler | null = null,
): EncodedBucket[] {
  const hours = groupByHour(runs, minutesFromMs)
  const buckets: EncodedBucket[] = []
  const encode = encoder()
  let dayMs = Number.NaN
  let day: BucketFold | null = null
  for (const startMs of [...hours.keys()].sort((a, b) => a - b)) {
    const group = hours.get(startMs)
    if (!group) continue
    if (day !== null && alignDown(startMs, DAY_MS) !== dayMs) {
      buckets.push({ level: 'day', startMs: dayMs, ...encode(day), ...encodeSample(sampler?.finishDay()) })
      day = null
    }
    dayMs = alignDown(startMs, DAY_MS)
    sampler?.begin(startMs, dayMs)
    let hour: BucketFold | null = null
    for (const [minuteMs, minute] of group.minutes) {
      const fold = foldAll(folder, sampler, minute)
      buckets.push({ level: 'minute', startMs: minuteMs, ...encode(fold) })
      hour = mergeFolds(hour, fold)
    }
    if (group.old.length > 0) hour = mergeFolds(hour, foldAll(folder, sampler, group.old))
    if (hour === null) continue
    buckets.push({ level: 'hour', startMs, ...encode(hour), ...encodeSample(sampler?.finishHour()) })
    day = mergeFolds(day, hour)
  }
  if (day !== null)
    buckets.push({ level: 'day', startMs: dayMs, ...encode(day), ...encodeSample(sampler?.finishDay()) })
  return buckets
}

function groupByHour(runs: Iterable<RecordRun>, minutesFromMs: number): Map<number, HourGroup> {
  const hours = new Map<number, HourGroup>()
  // Records come nearly in order: most lie in the same minute as the one before.
  let hourMs = Number.NaN
  let group: HourGroup = { minutes: new Map(), old: [] }
  let minuteMs = Number.NaN
  let minute: RecordRun[] = []
  for (const run of runs) {
    const { atMs } = run
    if (alignDown(atMs, HOUR_MS) !== hourMs) {
      hourMs = alignDown(atMs, HOUR_MS)
      group = hours.get(hourMs) ?? { minutes: new Map(), old: [] }
      hours.set(hourMs, group)
    }
    if (alignDown(atMs, MINUTE_MS) < minutesFromMs) {
      group.old.push(run)
      continue
    }
    if (alignDown(atMs, MINUTE_MS) !== minuteMs) {
      minuteMs = alignDown(atMs, MINUTE_MS)
      minute = group.minutes.get(minuteMs) ?? []
      group.minutes.set(minuteMs, minute)
    }
    minute.push(run)
  }
  return hours
}

function encodeSample(rows: RowsSummary | null | undefined): { sample?: Uint8Array } {
  return rows ? { sample: encodeSummary(rows) } : {}
}

function foldAll(folder: VersionFolder, sampler: RowSampler | null, runs: readonly RecordRun[]): BucketFold {
  for (const run of runs) {
    const records = run.records()
    if ('features' in records) {
      folder.addTable(records, run.facts)
      sampler?.addTable(records)
      continue
    }
    for (const record of records) {
      folder.add(record, run.facts)
      sampler?.add(record)
    }
  }
  return folder.finish()
}

function mergeFolds(a: BucketFold | null, b: BucketFold): BucketFold {
  if (a === null) return b
  const columns = new Map<string, ColumnSummary>(a.columns)
  for (const [key, summary] of b.columns) {
    const known = columns.get(key)
    columns.set(key, known ? mergeSummaries(known, summary) : summary)
  }
  return { traffic: mergeSummaries(a.traffic, b.traffic), columns }
}

/** Encodes folds; a fold that is a minute, an hour and a day at once, as live traffic mostly is, is encoded once. */
function encoder(): (fold: BucketFold) => Pick<EncodedBucket, 'traffic' | 'columns'> {
  let last: { fold: BucketFold; encoded: Pick<EncodedBucket, 'traffic' | 'columns'> } | null = null
  return (fold) => {
    if (last?.fold === fold) return last.encoded
    const columns = new Map<string, Uint8Array>()
    for (const [key, summary] of fold.columns) columns.set(key, encodeSummary(summary))
    last = { fold, encoded: { traffic: encodeSummary(fold.traffic), columns } }
    return last.encoded
  }
}
