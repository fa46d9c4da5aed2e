/**
 * Owns filling the series store of a stopped server with hourly summaries, folded by the product's own code: what
 * millions of records would leave behind, without sending them.
 */

import { drawFeatures, seededUniform } from '@/bench/support/workload'
import type { MetadataStore } from '@/db/contracts/metadata-store'
import { NO_PROFILE, type SummaryDelta, TRAFFIC_SERIES } from '@/db/contracts/series-store'
import { openReaderStores, type ReaderStores } from '@/db/sqlite/open'
import { columnKey, parseColumnKey } from '@/lib/domain/column'
import type { PredictionRecord } from '@/lib/domain/record'
import { HOUR_MS } from '@/lib/domain/time'
import { rebuildSetting } from '@/lib/services/summaries/rebuild-state'
import { createVersionFolder } from '@/lib/summary/fold'
import { foldBuckets } from '@/lib/summary/fold-buckets'

const HOURS = 24
/** Rows are drawn once and picked at random: drawing a million of 50 columns would take longer than all else. */
const POOL_ROWS = 20_000
const FACTS = { late: false, backfill: false }

export interface SeedPlan {
  readonly model: string
  readonly version: string
  readonly columns: number
  readonly recordsAnHour: number
  /** How many times the same summaries are merged into the store: ten times as many records, the same shape. */
  readonly times: number
  readonly startMs: number
}

export interface Seeded {
  readonly records: number
  /** Mean size of a stored hourly summary of a column. */
  readonly bytesAColumn: number
}

/** @throws Error when the version has no active profile */
export async function seedSeries(dataDir: string, plans: readonly SeedPlan[]): Promise<Seeded[]> {
  const stores = await openReaderStores({ dataDir })
  try {
    const seeded: Seeded[] = []
    for (const plan of plans) seeded.push(await seedVersion(stores, plan))
    return seeded
  } finally {
    await stores.close()
  }
}

async function seedVersion({ metadata, series }: ReaderStores, plan: SeedPlan): Promise<Seeded> {
  const { version } = await metadata.registerVersion(plan.model, plan.version, plan.startMs)
  const stored = version.profileId === null ? null : await metadata.findProfile(version.profileId)
  if (!stored) throw new Error(`${plan.version} has no active profile`)
  // Nothing in the log is to be read again under this profile.
  const done = { profileId: stored.id, until: null, state: 'done' }
  await metadata.setSetting(rebuildSetting(version.id), JSON.stringify(done))
  const folder = createVersionFolder({ profile: stored.profile, maxNewColumns: 1_000 })
  const draw = createDraw(plan.columns)
  let ids: ReadonlyMap<string, number> | null = null
  for (let hour = 0; hour < HOURS; hour++) {
    const startMs = plan.startMs + hour * HOUR_MS
    const runs = Array.from({ length: plan.recordsAnHour }, (_, i) => {
      const atMs = startMs + Math.floor((i / plan.recordsAnHour) * HOUR_MS)
      return { atMs, facts: FACTS, records: () => [draw(atMs)] }
    })
    const deltas: SummaryDelta[] = []
    for (const bucket of foldBuckets(folder, runs, Number.POSITIVE_INFINITY)) {
      if (bucket.level !== 'hour') continue
      ids ??= await columnIdsOf(metadata, version.id, [...bucket.columns.keys()])
      const key = { versionId: version.id, level: bucket.level, startMs: bucket.startMs }
      deltas.push({ key: { ...key, profileId: NO_PROFILE, columnId: TRAFFIC_SERIES }, bytes: bucket.traffic })
      for (const [name, bytes] of bucket.columns) {
        const columnId = ids.get(name)
        if (columnId !== undefined) deltas.push({ key: { ...key, profileId: stored.id, columnId }, bytes })
      }
    }
    for (let time = 0; time < plan.times; time++) {
      const from = await series.position('records')
      const to = { day: '2000-01-01', seq: (from?.seq ?? 0) + 1 }
      await series.commit({ stage: 'records', from, to, deltas, dueWindows: [], arrivedMs: plan.startMs })
    }
  }
  const range = { startMs: plan.startMs, endMs: plan.startMs + HOURS * HOUR_MS }
  const rows = await series.read({ versionId: version.id, profileId: stored.id, level: 'hour', range })
  return {
    records: plan.recordsAnHour * HOURS * plan.times,
    bytesAColumn: rows.reduce((sum, { bytes }) => sum + bytes.length, 0) / rows.length,
  }
}

async function columnIdsOf(
  metadata: MetadataStore,
  versionId: number,
  keys: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const columns = await metadata.registerColumns(versionId, keys.map(parseColumnKey), 10_000)
  return new Map(columns.map((column) => [columnKey(column), column.columnId]))
}

function createDraw(columns: number): (at: number) => PredictionRecord {
  const uniform = seededUniform(columns)
  const pool = Array.from({ length: POOL_ROWS }, () => drawFeatures({ columns, drifted: true }, uniform))
  let drawn = 0
  return (at) => ({
    id: `seed${drawn++}`,
    at,
    f: pool[Math.floor(uniform() * POOL_ROWS)] ?? {},
    p: uniform() < 0.3 ? 1 : 0,
    s: Math.round(uniform() * 1e4) / 1e4,
  })
}
