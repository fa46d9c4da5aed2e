/** Owns synthetic references, windows and models for the tests of judging. */
import type { ColumnKind, Family, ValueType } from '@/lib/domain/column'
import type { Model, Version } from '@/lib/domain/model'
import type { Monitor } from '@/lib/domain/monitor'
import type { ColumnProfile, Profile, StoredProfile } from '@/lib/domain/profile'
import { BINARY, BLANK_PROFILE } from '@/lib/domain/testing'
import { HOUR_MS } from '@/lib/domain/time'
import { createMonitors } from '@/lib/monitor/create-monitors'
import type { Baselines } from '@/lib/monitor/earlier-windows'
import { type EventHistory, type JudgedMonitor, judgeWindow } from '@/lib/monitor/judge-window'
import type { LabelledWindow } from '@/lib/monitor/label-history'
import type { Trailing } from '@/lib/monitor/measurement'
import { withNullTable } from '@/lib/profile/null-table'
import { buildGrid, countOnGrid } from '@/lib/stats/grid/grid'
import { createMulberry32, type Mulberry32 } from '@/lib/stats/mulberry32'
import { addToDDSketch, emptyDDSketch } from '@/lib/stats/sketches/ddsketch'
import { addToMoments, emptyMoments, type Moments } from '@/lib/stats/sketches/moments'
import { createColumnFold } from '@/lib/summary/fold-column'
import { emptyTraffic } from '@/lib/summary/fold-traffic'
import type { RowsSummary } from '@/lib/summary/rows'
import type { ColumnSummary, EventsSummary, QualitySummary, TrafficSummary } from '@/lib/summary/types'

export const START_MS = Date.UTC(2026, 10, 16)

export const model: Model = {
  id: 1,
  name: 'credit',
  createdMs: START_MS,
  settings: {
    cadence: '1h',
    allowedLatenessMs: 600_000,
    falseAlarmBudget: 1,
    validation: 'strict',
    owner: null,
    runbookUrl: null,
  },
}

export const version: Version = {
  id: 7,
  modelId: 1,
  name: 'v7',
  mode: 'live',
  createdMs: START_MS,
  profileId: 3,
  lastRecordMs: null,
  firstRecordMs: null,
}

export type Values = readonly (number | string | null)[]

export function momentsOf(values: readonly number[]): Moments {
  const moments = emptyMoments()
  for (const value of values) addToMoments(moments, value)
  return moments
}

const numbers = (values: Values) => values.filter((value) => typeof value === 'number')
const texts = (values: Values) => values.filter((value) => typeof value === 'string')

/** `n` draws. */
export function draw<T>(n: number, one: (random: Mulberry32) => T, seed: number): T[] {
  const random = createMulberry32(seed)
  return Array.from({ length: n }, () => one(random))
}

/** `n` normal numbers. */
export const normals = (n: number, mean: number, sd: number, seed: number) =>
  draw(n, (random) => mean + sd * random.normal(), seed)

/** Profile of one column from raw values; numbers make it numeric, text categorical unless said otherwise. */
export function columnProfile(
  name: string,
  values: Values,
  over: Partial<ColumnProfile> = {},
): ColumnProfile {
  const family: Family = over.family ?? 'input'
  const present = numbers(values)
  const isNumeric = present.length > 0
  const sorted = Float64Array.from(present).sort()
  const grid = isNumeric ? buildGrid(sorted) : null
  const counts = grid ? countOnGrid(grid, sorted) : null
  const tally = new Map<string, number>()
  for (const text of texts(values)) tally.set(text, (tally.get(text) ?? 0) + 1)
  const kind: ColumnKind = isNumeric ? 'numeric' : 'categorical'
  const type: ValueType = isNumeric ? 'number' : 'string'
  return withNullTable({
    family,
    name,
    role: 'feature',
    type,
    kind,
    rows: values.length,
    missing: values.filter((value) => value === null).length,
    distinct: new Set(values).size,
    moments: isNumeric ? momentsOf(present) : null,
    quantiles: null,
    grid:
      grid && counts
        ? {
            edges: [...grid.edges],
            heavy: [...grid.heavy].flatMap((flag, index) => (flag ? [index] : [])),
            counts: [...counts.counts],
            sums: [...counts.sums],
          }
        : null,
    categories: isNumeric ? null : [...tally].map(([label, count]) => ({ label, count })),
    otherCount: 0,
    lengths: isNumeric ? null : momentsOf(texts(values).map((text) => text.length)),
    expectations: [],
    ...over,
  })
}

export function storedProfile(columns: readonly ColumnProfile[], over: Partial<Profile> = {}): StoredProfile {
  const rows = columns[0]?.rows ?? 0
  const profile: Profile = { ...BLANK_PROFILE, ...BINARY, createdMs: START_MS, rows, columns, ...over }
  return {
    id: 3,
    versionId: 7,
    revision: 1,
    status: 'active',
    createdMs: START_MS,
    activatedMs: START_MS,
    profile,
  }
}

/** The window's summary of a column, folded as the worker folds it. */
export function summaryOf(profile: ColumnProfile, values: Values): ColumnSummary {
  const fold = createColumnFold(profile)
  for (const value of values) fold.add(value)
  return fold.summary()
}

export function trafficSummary(
  records: number,
  over: Partial<TrafficSummary> & { latencies?: readonly number[] } = {},
): TrafficSummary {
  const { latencies = [], ...rest } = over
  const latency = emptyDDSketch()
  for (const value of latencies) addToDDSketch(latency, value)
  return { ...emptyTraffic(), records, latency, latencyMoments: momentsOf(latencies), ...rest }
}

/** Judges one window of a profile with the monitors it gives rise to; returns evaluations by `metric column`. */
export function judge(
  profile: StoredProfile,
  window: {
    columns?: Readonly<Record<string, Values>>
    summaries?: ReadonlyMap<string, ColumnSummary | null>
    rows?: RowsSummary | null
    traffic?: TrafficSummary | null
    quality?: QualitySummary | null
    trailing?: Trailing
    labels?: readonly LabelledWindow[] | null
    nowMs?: number
    change?: (monitor: Monitor) => Monitor
    version?: Partial<Version>
    historical?: boolean
    withDetail?: boolean
    baselines?: Baselines
    events?: EventsSummary | null
    eventHistory?: EventHistory
  },
): Map<string, JudgedMonitor> {
  const monitors = createMonitors(version, profile).map(
    (monitor, index): Monitor => ({ ...monitor, id: index + 1 }),
  )
  const columns = new Map<string, ColumnSummary | null>(window.summaries)
  for (const column of profile.profile.columns) {
    const values = window.columns?.[column.name]
    if (!values) continue
    columns.set(`${column.family}:${column.name}`, summaryOf(column, values))
  }
  const rows = Math.max(0, ...Object.values(window.columns ?? {}).map((values) => values.length))
  const judged = judgeWindow({
    model,
    version: { ...version, ...window.version },
    profile,
    monitors: monitors.map(window.change ?? ((monitor) => monitor)),
    window: { startMs: START_MS, endMs: START_MS + HOUR_MS },
    columns,
    rows: window.rows ?? null,
    traffic: window.traffic === undefined ? trafficSummary(rows) : window.traffic,
    quality: window.quality ?? null,
    trailing: window.trailing ?? new Map(),
    labels: window.labels ?? null,
    events: window.events ?? null,
    ...(window.eventHistory ? { eventHistory: window.eventHistory } : {}),
    nowMs: window.nowMs ?? START_MS + 2 * HOUR_MS,
    historical: window.historical ?? false,
    withDetail: window.withDetail,
    baselines: window.baselines,
  })
  return new Map(
    judged.map((evaluation) => {
      const monitor = monitors.find(({ id }) => id === evaluation.monitorId)
      return [`${monitor?.metric}${monitor?.column ? ` ${monitor.column.name}` : ''}`, evaluation]
    }),
  )
}
