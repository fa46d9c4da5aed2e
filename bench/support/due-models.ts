/** Owns a stopped instance with many models, each with summarised hours that become due at given instants. */
import { drawFeatures, seededUniform } from '@/bench/support/workload'
import { NO_PROFILE, type SummaryDelta, TRAFFIC_SERIES } from '@/db/contracts/series-store'
import type { Context } from '@/lib/access/context'
import { SYSTEM } from '@/lib/access/principal'
import { columnKey, parseColumnKey } from '@/lib/domain/column'
import type { PredictionRecord } from '@/lib/domain/record'
import { HOUR_MS } from '@/lib/domain/time'
import { openWorkerApp } from '@/lib/runtime/app'
import { parseSettings } from '@/lib/runtime/settings'
import { storeProfile } from '@/lib/services/profiles/put-profile'
import { rebuildSetting } from '@/lib/services/summaries/rebuild-state'
import { createVersionFolder } from '@/lib/summary/fold'
import { foldBuckets } from '@/lib/summary/fold-buckets'

const FACTS = { late: false, backfill: false }

export interface DuePlan {
  readonly dataDir: string
  /** A model that is there already: all others get its reference. */
  readonly like: string
  readonly models: number
  readonly columns: number
  readonly recordsAnHour: number
  /** The hours that are to be judged, and when; the first one first. */
  readonly hours: readonly { readonly startMs: number; readonly dueMs: number }[]
  /** Whether the records of those hours are unlike the reference. */
  readonly drifted: boolean
}

/** @returns how many monitors all of them have together */
export async function makeDueModels(plan: DuePlan): Promise<number> {
  const settings = parseSettings({
    PLUMBLINE_DATA_DIR: plan.dataDir,
    PLUMBLINE_LOG_LEVEL: 'error',
    PLUMBLINE_MAX_MODELS: String(plan.models + 10),
  })
  const app = await openWorkerApp(settings)
  try {
    const ctx = app.contextFor(SYSTEM)
    const sinceMs = plan.hours[0]?.startMs ?? 0
    const first = (await ctx.metadata.registerVersion(plan.like, '1', sinceMs)).version
    const stored = first.profileId === null ? null : await ctx.metadata.findProfile(first.profileId)
    if (!stored) throw new Error(`${plan.like} has no active profile`)
    const hours = plan.hours.map((hour) => ({
      ...hour,
      folded: foldHour(plan, stored.profile, hour.startMs),
    }))
    let monitors = 0
    for (let n = 0; n < plan.models; n++) {
      const model = n === 0 ? plan.like : `${plan.like}-${n}`
      if (n > 0) await storeProfile(ctx, stored.profile, { model, version: '1', activate: true })
      for (const hour of hours) await makeDue(ctx, model, hour)
      const { version } = await ctx.metadata.registerVersion(model, '1', sinceMs)
      monitors += (await ctx.metadata.listMonitors(version.id)).length
    }
    return monitors
  } finally {
    await app.close()
  }
}

type Profile = NonNullable<Awaited<ReturnType<Context['metadata']['findProfile']>>>['profile']
type Folded = { readonly traffic: Uint8Array; readonly columns: ReadonlyMap<string, Uint8Array> }

/** All models get the same summaries: they are as large as any. */
function foldHour(plan: DuePlan, profile: Profile, startMs: number): Folded {
  const folder = createVersionFolder({ profile, maxNewColumns: 1_000 })
  const uniform = seededUniform(7)
  const record = (i: number, at: number): PredictionRecord => ({
    id: `due${i}`,
    at,
    f: drawFeatures({ columns: plan.columns, drifted: plan.drifted }, uniform),
    p: uniform() < 0.3 ? 1 : 0,
    s: Math.round(uniform() * 1e4) / 1e4,
  })
  const runs = Array.from({ length: plan.recordsAnHour }, (_, i) => {
    const atMs = startMs + Math.floor((i / plan.recordsAnHour) * HOUR_MS)
    return { atMs, facts: FACTS, records: () => [record(i, atMs)] }
  })
  for (const bucket of foldBuckets(folder, runs, Number.POSITIVE_INFINITY)) {
    if (bucket.level === 'hour') return bucket
  }
  throw new Error('the hour has no bucket')
}

interface DueHour {
  readonly startMs: number
  readonly dueMs: number
  readonly folded: Folded
}

async function makeDue(ctx: Context, model: string, { startMs, dueMs, folded }: DueHour): Promise<void> {
  const { version } = await ctx.metadata.registerVersion(model, '1', startMs)
  const profileId = version.profileId ?? NO_PROFILE
  await ctx.metadata.setSetting(
    rebuildSetting(version.id),
    JSON.stringify({ profileId, until: null, state: 'done' }),
  )
  const refs = [...folded.columns.keys()].map(parseColumnKey)
  const columns = await ctx.metadata.registerColumns(version.id, refs, 10_000)
  const key = { versionId: version.id, level: 'hour' as const, startMs }
  const deltas: SummaryDelta[] = [
    { key: { ...key, profileId: NO_PROFILE, columnId: TRAFFIC_SERIES }, bytes: folded.traffic },
  ]
  for (const column of columns) {
    const bytes = folded.columns.get(columnKey(column))
    if (bytes) deltas.push({ key: { ...key, profileId, columnId: column.columnId }, bytes })
  }
  const from = await ctx.series.position('records')
  const to = { day: '2000-01-01', seq: (from?.seq ?? 0) + 1 }
  const due = { versionId: version.id, startMs, endMs: startMs + HOUR_MS, dueMs, backfill: false }
  await ctx.series.commit({ stage: 'records', from, to, deltas, dueWindows: [due], arrivedMs: startMs })
}
