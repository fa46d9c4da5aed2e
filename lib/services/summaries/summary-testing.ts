/** Owns what tests of the summarising stages share: a context on real stores, appending, and direct counts. */
import type { LogWriter } from '@/db/contracts/log-store'
import type { NewMonitor } from '@/db/contracts/profile-records'
import { NO_PROFILE, type SeriesStore, TRAFFIC_SERIES } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { SYSTEM } from '@/lib/access/principal'
import { type GivenStores, testContext } from '@/lib/access/testing'
import { columnKey } from '@/lib/domain/column'
import type { ColumnProfile, Profile } from '@/lib/domain/profile'
import type { Label, PredictionRecord } from '@/lib/domain/record'
import { BINARY, BLANK_PROFILE } from '@/lib/domain/testing'
import type { BucketLevel } from '@/lib/domain/time'
import { decodeMerged } from '@/lib/summary/codec'
import { categoricalProfile, numericProfile } from '@/lib/summary/testing'
import type { Summary } from '@/lib/summary/types'

export const NOW_MS = Date.UTC(2026, 10, 21, 12)

/** Stores as tests open them. */
export interface TestStores extends GivenStores {
  readonly logWriter: LogWriter
}

/** A context of the worker on test stores. */
export function workerContext(stores: TestStores, change: Partial<Context> = {}): Context {
  return testContext(stores, { principal: SYSTEM, nowMs: NOW_MS, ...change })
}

export interface Appended {
  readonly version?: string
  readonly records?: readonly PredictionRecord[]
  readonly labels?: readonly Label[]
  readonly receivedMs?: number
  readonly backfill?: boolean
}

/** Appends to the log of model `m`. */
export async function append(stores: TestStores, batch: Appended): Promise<void> {
  const { version = 'v1', records = [], labels = [], receivedMs = NOW_MS, backfill = false } = batch
  await stores.logWriter.append({
    receivedMs,
    backfill,
    records: records.length > 0 ? [{ model: 'm', version, records, indexes: records.map((_, i) => i) }] : [],
    labels: labels.length > 0 ? [{ model: 'm', labels }] : [],
    refusals: [],
    idempotency: null,
  })
}

/** A profile of `x` (numbers 0 … 99), `c` (a, b), a binary prediction and its score. */
export function testProfile(): Profile {
  const output = { family: 'output' as const }
  const columns: ColumnProfile[] = [
    numericProfile(Array.from({ length: 100 }, (_, i) => i)),
    categoricalProfile(['a', 'b'], { name: 'c' }),
    categoricalProfile(['0', '1'], { ...output, name: 'prediction', role: 'prediction', type: 'integer' }),
    numericProfile([0, 0.25, 0.5, 1], { ...output, name: 'score', role: 'score' }),
  ]
  return { ...BLANK_PROFILE, ...BINARY, createdMs: NOW_MS, rows: 100, columns }
}

/** Stores and activates a profile of version `v1`, as the server does; returns its id and the version's. */
export async function activate(
  ctx: Context,
  profile: Profile,
): Promise<{ profileId: number; versionId: number }> {
  const { version } = await ctx.metadata.registerVersion('m', 'v1', ctx.nowMs)
  const { id } = await ctx.metadata.addProfile(version.id, profile, ctx.nowMs)
  const monitors: NewMonitor[] = []
  await ctx.metadata.activateProfile(id, monitors, ctx.nowMs)
  return { profileId: id, versionId: version.id }
}

/** Everything stored for a version at one level, merged over time: by column key, `traffic` and `quality`. */
export async function totalsOf(
  ctx: Context,
  versionId: number,
  profileId: number,
  level: BucketLevel = 'hour',
): Promise<Record<string, Summary>> {
  const names = new Map([
    [TRAFFIC_SERIES as number, 'traffic'],
    [-1, 'quality'],
  ])
  for (const column of await ctx.metadata.listColumns(versionId))
    names.set(column.columnId, columnKey(column))
  const range = { startMs: 0, endMs: Number.MAX_SAFE_INTEGER }
  const parts = new Map<string, Uint8Array[]>()
  for (const id of new Set([profileId, NO_PROFILE])) {
    for (const { columnId, bytes } of await ctx.series.read({ versionId, profileId: id, level, range })) {
      if (id === NO_PROFILE && columnId > 0 && profileId !== NO_PROFILE) continue
      const name = names.get(columnId) ?? String(columnId)
      parts.set(name, [...(parts.get(name) ?? []), bytes])
    }
  }
  const totals: Record<string, Summary> = {}
  for (const [name, list] of parts) {
    const merged = decodeMerged(list)
    if (merged) totals[name] = merged
  }
  return totals
}

/** Series that let `commits` commits through and then fail, as a process that dies between reading and committing. */
export function dyingSeries(series: SeriesStore, commits: number): SeriesStore {
  let left = commits
  return {
    ...series,
    async commit(change) {
      if (left-- <= 0) throw new Error('killed')
      await series.commit(change)
    },
  }
}

/** Runs a stage until it finds nothing more. */
export async function drain(step: () => Promise<{ records?: number; labels?: number }>): Promise<void> {
  for (;;) {
    const { records = 0, labels = 0 } = await step()
    if (records + labels === 0) return
  }
}
