/**
 * Owns one model of the evidence: a real profile of reference rows, and windows judged and turned into alerts by the
 * product's own rule. No store, no server: the same pure functions that the worker calls.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { advanceAlerts } from '@/lib/alert/advance-alerts'
import type { EvidenceTable } from '@/lib/cli/evidence/columns'
import type { Alert, MonitorState } from '@/lib/domain/alert'
import { columnKey } from '@/lib/domain/column'
import { BREACH_VERDICTS, type Verdict } from '@/lib/domain/evaluation'
import { type Model, ModelSettingsSchema, type Version } from '@/lib/domain/model'
import type { Monitor } from '@/lib/domain/monitor'
import type { StoredProfile } from '@/lib/domain/profile'
import { HOUR_MS, type TimeRange } from '@/lib/domain/time'
import { createMonitors } from '@/lib/monitor/create-monitors'
import { type JudgedMonitor, judgeWindow } from '@/lib/monitor/judge-window'
import { buildProfile } from '@/lib/profile/build-profile'
import type { RowSource } from '@/lib/profile/rows'
import { createColumnFold } from '@/lib/summary/fold-column'
import { emptyTraffic } from '@/lib/summary/fold-traffic'
import { DEFAULT_SAMPLE_ROWS } from '@/lib/summary/rows'
import { RowSampler } from '@/lib/summary/sample-rows'
import type { TrafficSummary } from '@/lib/summary/types'

/** A Monday, so that hour 0 of a stream begins a week. */
export const EPOCH_MS = Date.UTC(2026, 5, 1)
const TIME_COLUMN = 'at'
/** The worker gives this many earlier windows to software metrics. */
const TRAILING_WINDOWS = 168

export interface JudgedWindow {
  /** Columns (or metrics of the version) that breach, by monitor. */
  readonly breaches: readonly { readonly monitor: Monitor; readonly verdict: Verdict }[]
  readonly evaluations: readonly JudgedMonitor[]
  /** Alerts that fired for the first time in this window. */
  readonly fired: readonly Alert[]
}

/** Instants of reference rows by position, epoch ms; null: the reference has no time column. */
export type Instants = readonly number[] | null

export class JudgedModel {
  private readonly model: Model = {
    id: 1,
    name: 'evidence',
    createdMs: EPOCH_MS,
    settings: ModelSettingsSchema.parse({ cadence: '1h' }),
  }
  private readonly version: Version
  private readonly monitors: readonly Monitor[]
  private states: MonitorState[] = []
  private alerts: Alert[] = []
  private lastAlertId = 0
  private readonly throughput: number[] = []

  private constructor(
    readonly profile: StoredProfile,
    firstHour: number,
  ) {
    const firstMs = EPOCH_MS + firstHour * HOUR_MS
    this.version = {
      id: 1,
      modelId: 1,
      name: '1',
      mode: 'live',
      createdMs: firstMs,
      profileId: profile.id,
      firstRecordMs: firstMs,
      lastRecordMs: firstMs,
    }
    this.monitors = createMonitors(this.version, profile).map((monitor, index) => ({
      ...monitor,
      id: index + 1,
    }))
  }

  /** Profiles the reference as an upload would be profiled. */
  static async build(reference: EvidenceTable, instants: Instants, firstHour: number): Promise<JudgedModel> {
    const tempDir = await mkdtemp(path.join(tmpdir(), 'plumbline-evidence-'))
    try {
      const profile = await buildProfile(async () => sourceOf(reference, instants), {
        mapping: { features: [...reference.names], ...(instants ? { timestamp: TIME_COLUMN } : {}) },
        source: { kind: 'records', name: 'evidence' },
        nowMs: EPOCH_MS,
        tempDir,
      })
      const stored: StoredProfile = {
        id: 1,
        versionId: 1,
        revision: 1,
        status: 'active',
        createdMs: EPOCH_MS,
        activatedMs: EPOCH_MS,
        profile,
      }
      return new JudgedModel(stored, firstHour)
    } finally {
      await rm(tempDir, { recursive: true, force: true })
    }
  }

  /** Judges the hour; alerts go on from the hours before. @param withRecords looks at records as a whole too */
  judge(hour: number, table: EvidenceTable, withRecords = false): JudgedWindow {
    const window: TimeRange = { startMs: EPOCH_MS + hour * HOUR_MS, endMs: EPOCH_MS + (hour + 1) * HOUR_MS }
    const rows = table.columns[0]?.length ?? 0
    const evaluations = judgeWindow({
      model: this.model,
      version: this.version,
      profile: this.profile,
      monitors: this.monitors,
      window,
      columns: this.fold(table),
      rows: withRecords ? this.sample(table, window) : null,
      traffic: trafficOf(rows),
      quality: null,
      trailing: new Map([['throughput', this.throughput.slice(-TRAILING_WINDOWS)]]),
      nowMs: window.endMs,
      historical: false,
      withDetail: false,
    })
    this.throughput.push((rows * 1_000) / HOUR_MS)
    return { evaluations, breaches: this.breachesOf(evaluations), fired: this.advance(window, evaluations) }
  }

  /** The metric of a monitor by its id. */
  metricOf(monitorId: number): string | undefined {
    return this.monitors.find(({ id }) => id === monitorId)?.metric
  }

  /** Forgets alerts and states, as if the next window were the first one. */
  forget(): void {
    this.states = []
    this.alerts = []
    this.throughput.length = 0
  }

  private fold(table: EvidenceTable) {
    const folded = new Map<string, ReturnType<ReturnType<typeof createColumnFold>['summary']>>()
    const byName = new Map(this.profile.profile.columns.map((column) => [column.name, column]))
    table.names.forEach((name, index) => {
      const column = byName.get(name)
      if (!column) return
      const fold = createColumnFold(column)
      for (const value of table.columns[index] ?? []) fold.add(value)
      folded.set(columnKey(column), fold.summary())
    })
    return folded
  }

  /** The sample of records that a bucket of the hour would hold. */
  private sample(table: EvidenceTable, { startMs }: TimeRange) {
    const sampler = new RowSampler(this.profile.profile, DEFAULT_SAMPLE_ROWS)
    sampler.begin(startMs, startMs)
    const rows = table.columns[0]?.length ?? 0
    for (let row = 0; row < rows; row++) {
      const f = Object.fromEntries(
        table.names.map((name, index) => [name, table.columns[index]?.[row] ?? null]),
      )
      sampler.add({ id: `${startMs}-${row}`, at: startMs, f })
    }
    return sampler.finishHour()
  }

  private breachesOf(evaluations: readonly JudgedMonitor[]): JudgedWindow['breaches'] {
    const byId = new Map(this.monitors.map((monitor) => [monitor.id, monitor]))
    return evaluations.flatMap(({ monitorId, verdict }) => {
      const monitor = byId.get(monitorId)
      return monitor && BREACH_VERDICTS.has(verdict) ? [{ monitor, verdict }] : []
    })
  }

  private advance(window: TimeRange, evaluations: readonly JudgedMonitor[]): Alert[] {
    const result = advanceAlerts({
      nowMs: window.endMs,
      model: this.model,
      version: this.version,
      window,
      historical: false,
      monitors: this.monitors,
      evaluations,
      states: this.states,
      reopenable: this.alerts,
      publicUrl: 'http://localhost',
    })
    const changed = new Set(result.states.map(({ monitorId }) => monitorId))
    this.states = [...this.states.filter(({ monitorId }) => !changed.has(monitorId)), ...result.states]
    const ids = new Map(result.alerts.filter(({ id }) => id < 0).map(({ id }) => [id, ++this.lastAlertId]))
    const real = (id: number) => ids.get(id) ?? id
    for (const alert of result.alerts) {
      const inhibitedBy = alert.inhibitedBy === null ? null : real(alert.inhibitedBy)
      const kept = { ...alert, id: real(alert.id), inhibitedBy }
      this.alerts = [...this.alerts.filter(({ id }) => id !== kept.id), kept]
    }
    // Who is told counts: a new alert and one that fires again alike.
    return result.notify.filter(({ type }) => type === 'alert.firing').map(({ alert }) => alert)
  }
}

function sourceOf(table: EvidenceTable, instants: Instants): RowSource {
  const columns = instants
    ? [...table.columns, instants.map((at) => new Date(at).toISOString())]
    : table.columns
  return {
    format: 'evidence',
    columns: instants ? [...table.names, TIME_COLUMN] : table.names,
    declared: new Map(),
    untyped: false,
    notes: [],
    async *rows() {
      const length = columns[0]?.length ?? 0
      for (let row = 0; row < length; row += 1_000) {
        const rows = Array.from({ length: Math.min(1_000, length - row) }, (_, index) =>
          columns.map((values) => values[row + index] ?? null),
        )
        yield rows
      }
    },
    async *slices() {
      for (const [column, cells] of columns.entries()) yield { column, rowStart: 0, cells }
    },
  }
}

function trafficOf(records: number): TrafficSummary {
  return { ...emptyTraffic(), records }
}
