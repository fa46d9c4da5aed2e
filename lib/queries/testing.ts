/** Owns what tests of questions share: a reader's context on real stores, and a version with judged windows. */
import type { NewEvaluation } from '@/db/contracts/evaluation-records'
import type { NewMonitor } from '@/db/contracts/profile-records'
import type { Context } from '@/lib/access/context'
import { ANONYMOUS, type Principal } from '@/lib/access/principal'
import { type GivenStores, testContext } from '@/lib/access/testing'
import { type Alert, UNTOUCHED } from '@/lib/domain/alert'
import type { ColumnRef } from '@/lib/domain/column'
import type { Verdict } from '@/lib/domain/evaluation'
import type { Model, Version } from '@/lib/domain/model'
import type { Monitor } from '@/lib/domain/monitor'
import type { ColumnProfile, Profile } from '@/lib/domain/profile'
import { BLANK_COLUMN, BLANK_PROFILE, DRIFT_MONITOR } from '@/lib/domain/testing'
import { HOUR_MS } from '@/lib/domain/time'

export const NOW_MS = Date.UTC(2026, 10, 21, 12)

export const READER: Principal = { kind: 'user', userId: 1, name: 'ada', role: 'viewer', csrfToken: 'x' }
export { ANONYMOUS }

/** A context of somebody who reads. */
export function readerContext(stores: GivenStores, principal: Principal = READER): Context {
  return testContext(stores, { principal, nowMs: NOW_MS })
}

function numericColumn(name: string): ColumnProfile {
  return {
    ...BLANK_COLUMN,
    name,
    rows: 100,
    distinct: 100,
    moments: { n: 100, mean: 50, m2: 10_000, m3: 0, m4: 0, min: 0, max: 100 },
    quantiles: { '0': 0, '0.01': 0, '0.5': 50, '0.99': 100, '1': 100 },
    grid: { edges: [0, 50, 100], heavy: [2], counts: [0, 50, 50, 0, 0], sums: [0, 1_250, 3_750, 0, 0] },
  }
}

function profileOf(columns: readonly string[]): Profile {
  return { ...BLANK_PROFILE, createdMs: NOW_MS, rows: 100, columns: columns.map(numericColumn) }
}

export interface SeededVersion<Columns extends readonly string[] = readonly string[]> {
  readonly model: Model
  readonly version: Version
  /** A drift monitor a column, in the order of the columns. */
  readonly monitors: MonitorEach<Columns>
}

type MonitorEach<Columns extends readonly string[]> = { readonly [At in keyof Columns]: Monitor }

/** A monitored version whose newest record is as old as `ageMs`. */
export async function seedVersion<const Columns extends readonly string[]>(
  stores: GivenStores,
  name: string,
  columns: Columns,
  ageMs = 60_000,
): Promise<SeededVersion<Columns>> {
  const { version } = await stores.metadata.registerVersion(name, 'v1', NOW_MS - 30 * 24 * HOUR_MS)
  const refs: ColumnRef[] = columns.map((column) => ({ family: 'input', name: column }))
  await stores.metadata.registerColumns(version.id, refs, 100)
  const profile = await stores.metadata.addProfile(version.id, profileOf(columns), NOW_MS)
  const monitors = refs.map(
    (column): NewMonitor => ({ ...DRIFT_MONITOR, versionId: version.id, profileId: profile.id, column }),
  )
  await stores.metadata.activateProfile(profile.id, monitors, NOW_MS)
  const lastMs = NOW_MS - ageMs
  await stores.series.commit({
    stage: `rebuild:${version.id}`,
    from: null,
    to: { day: '2026-11-21', seq: 1 },
    deltas: [],
    dueWindows: [],
    seen: [{ versionId: version.id, firstMs: NOW_MS - 72 * HOUR_MS, lastMs, receivedMs: lastMs, records: 1 }],
  })
  const model = await stores.metadata.findModel(name)
  const stored = await stores.metadata.findVersionById(version.id)
  if (!model || !stored) throw new Error('The seeded version is gone.')
  const added = await stores.metadata.listMonitors(version.id)
  if (added.length !== columns.length) throw new Error('A seeded monitor is missing.')
  return { model, version: stored, monitors: added as MonitorEach<Columns> }
}

/** Judges the window that began `hoursAgo` for one monitor. */
export async function judge(
  stores: GivenStores,
  monitor: Monitor,
  hoursAgo: number,
  result: {
    verdict: Verdict
    value: number
    limit?: number
    detail?: NewEvaluation['detail']
    historical?: boolean
    n?: number
  },
  alerts: readonly Alert[] = [],
): Promise<void> {
  const startMs = NOW_MS - hoursAgo * HOUR_MS
  const evaluation: NewEvaluation = {
    versionId: monitor.versionId,
    monitorId: monitor.id,
    windowStartMs: startMs,
    windowEndMs: startMs + HOUR_MS,
    verdict: result.verdict,
    value: result.value,
    limit: result.limit ?? 0.1,
    n: result.n ?? 500,
    nReference: 100,
    pValue: 0.5,
    pCorrected: 0.5,
    reason: `${monitor.column?.name} is ${result.verdict}.`,
    historical: result.historical ?? false,
    evaluatedMs: startMs + HOUR_MS,
    detail: result.detail ?? {},
  }
  await stores.metadata.commitVerdicts({
    versionId: monitor.versionId,
    window: { startMs, endMs: startMs + HOUR_MS },
    settlesDueMs: null,
    evaluations: [evaluation],
    states: [],
    alerts,
    events: [],
    notifications: [],
  })
}

/** An open alert of these monitors, not stored yet. */
export function openAlert(seeded: SeededVersion, change: Partial<Alert> = {}): Alert {
  return {
    id: -1,
    modelId: seeded.model.id,
    versionId: seeded.version.id,
    cause: 'input_drift',
    severity: 'warning',
    state: 'firing',
    onsetMs: NOW_MS - 3 * HOUR_MS,
    firedMs: NOW_MS - 2 * HOUR_MS,
    resolvedMs: null,
    resolution: null,
    title: `${seeded.model.name} v1: KS 0.40 > 0.1 on income`,
    summary: 'Inputs moved.',
    members: seeded.monitors.map((monitor) => ({
      monitorId: monitor.id,
      state: 'firing',
      onsetMs: NOW_MS - 3 * HOUR_MS,
      evaluationId: 0,
    })),
    inhibitedBy: null,
    historical: false,
    ...UNTOUCHED,
    dedupKey: `${seeded.model.name}-drift`,
    ...change,
  }
}
