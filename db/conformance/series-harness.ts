/** Owns what the suites of a series store need of a driver; their summaries are JSON numbers that merge by addition. */
import type { DueWindow, SeriesCommit, SeriesStore, SummaryDelta } from '@/db/contracts/series-store'
import { type BucketLevel, DAY_MS, HOUR_MS } from '@/lib/domain/time'

export interface SeriesHarness {
  readonly series: SeriesStore
  dispose(): Promise<void>
}

/** Opens a store whose summaries are added and taken back by `TEST_ARITHMETIC`. */
export type OpenSeries = () => Promise<SeriesHarness>

const encode = (value: number) => new TextEncoder().encode(String(value))
const decode = (bytes: Uint8Array) => Number(new TextDecoder().decode(bytes))

/** Merging and subtracting of the suite's summaries: numbers as text. */
export const TEST_ARITHMETIC = {
  mergeEncoded: (a: Uint8Array, b: Uint8Array) => encode(decode(a) + decode(b)),
  subtractEncoded: (a: Uint8Array, b: Uint8Array) => encode(decode(a) - decode(b)),
}

/** The first hour of these suites. */
export const START = Date.UTC(2026, 2, 1)
/** A position in the log. */
export const at = (seq: number) => ({ day: '2026-03-01', seq })

/** A summary of one bucket of version 1, hourly and without a profile unless told. */
export function delta(
  startMs: number,
  columnId: number,
  value: number,
  change: { level?: BucketLevel; profileId?: number; versionId?: number } = {},
): SummaryDelta {
  const { level = 'hour', profileId = 0, versionId = 1 } = change
  return { key: { versionId, profileId, level, startMs, columnId }, bytes: encode(value) }
}

/** A commit of stage `records`, from the beginning to position 1 unless told. */
export function commitOf(change: Partial<SeriesCommit>): SeriesCommit {
  return { stage: 'records', from: null, to: at(1), deltas: [], dueWindows: [], ...change }
}

/** An hour that is due. */
export const due = (hour: number, dueMs: number, change: Partial<DueWindow> = {}): DueWindow => ({
  versionId: 1,
  startMs: START + hour * HOUR_MS,
  endMs: START + (hour + 1) * HOUR_MS,
  dueMs,
  backfill: false,
  ...change,
})

/** Hour, column and value of each summary of version 1 on the first day. */
export async function readHours(
  series: SeriesStore,
  columnIds?: number[],
  profileId = 0,
): Promise<[hour: number, columnId: number, value: number][]> {
  const range = { startMs: START, endMs: START + DAY_MS }
  const rows = await series.read({ versionId: 1, profileId, level: 'hour', range, columnIds })
  return rows.map(({ startMs, columnId, bytes }) => [(startMs - START) / HOUR_MS, columnId, decode(bytes)])
}
