/** Owns small factories for alert tests: a model, its monitors, and a clock of hourly windows. */
import { advanceAlerts } from '@/lib/alert/advance-alerts'
import type { AdvanceResult, JudgedMonitor } from '@/lib/alert/advance-input'
import {
  type Alert,
  type AlertEvent,
  type MonitorState,
  type Notification,
  UNTOUCHED,
} from '@/lib/domain/alert'
import { columnKey } from '@/lib/domain/column'
import type { EvaluationDetail, Finding, Verdict } from '@/lib/domain/evaluation'
import type { Model, Version } from '@/lib/domain/model'
import { DRIFT_POLICY, FAULT_POLICY, type Monitor } from '@/lib/domain/monitor'
import { DRIFT_MONITOR } from '@/lib/domain/testing'
import { HOUR_MS, type TimeRange } from '@/lib/domain/time'

export const START_MS = Date.UTC(2026, 10, 17, 0)

export const FRAUD: Model = {
  id: 1,
  name: 'fraud',
  createdMs: START_MS,
  settings: {
    cadence: '1h',
    allowedLatenessMs: 0,
    falseAlarmBudget: 1,
    validation: 'strict',
    owner: 'risk team',
    runbookUrl: 'https://runbooks.example/fraud',
  },
}

export const V7: Version = {
  id: 11,
  modelId: 1,
  name: 'v7',
  mode: 'live',
  createdMs: START_MS,
  profileId: 1,
  lastRecordMs: null,
  firstRecordMs: null,
}

export function monitor(id: number, change: Partial<Monitor> = {}): Monitor {
  const isFault = change.cause === 'no_data' || change.cause === 'schema' || change.cause === 'data_quality'
  return {
    ...DRIFT_MONITOR,
    id,
    versionId: V7.id,
    profileId: 1,
    column: { family: 'input', name: `c${id}` },
    policy: isFault ? FAULT_POLICY : DRIFT_POLICY,
    ...change,
  }
}

/** The n-th hourly window. */
export function hour(n: number): TimeRange {
  return { startMs: START_MS + n * HOUR_MS, endMs: START_MS + (n + 1) * HOUR_MS }
}

/** A result with values that fit the verdict. */
export function judged(
  of: Monitor,
  verdict: Verdict,
  window: TimeRange,
  change: Partial<JudgedMonitor> = {},
): JudgedMonitor {
  const value = { ok: 0.05, possible: 0.19, drift: 0.31, severe: 0.62 }[verdict as string] ?? null
  const about = of.column ? columnKey(of.column) : of.metric
  return {
    versionId: of.versionId,
    monitorId: of.id,
    windowStartMs: window.startMs,
    windowEndMs: window.endMs,
    verdict,
    value,
    limit: value === null ? null : 0.2,
    n: 1_200,
    nReference: 20_000,
    pValue: value === null ? null : 1e-9,
    pCorrected: value === null ? null : 1e-8,
    reason: `${about} is ${verdict}.`,
    historical: false,
    evaluatedMs: window.endMs,
    detail: {},
    ...change,
  }
}

interface JudgeOptions {
  readonly historical?: boolean
  readonly nowMs?: number
  readonly values?: Readonly<Record<number, number>>
  readonly findings?: Readonly<Record<number, readonly Finding[]>>
  readonly details?: Readonly<Record<number, EvaluationDetail>>
  /** Hours in which runs of breaches begin, by monitor. */
  readonly runs?: Readonly<Record<number, number>>
}

/** A version's alerts over time, as a store would keep them: real ids for new alerts and evaluations. */
export class AlertWorld {
  states: MonitorState[] = []
  alerts: Alert[] = []
  events: Omit<AlertEvent, 'id'>[] = []
  told: string[] = []
  private lastId = 0
  constructor(public monitors: Monitor[]) {}

  /** Judges hour `n`: verdicts by monitor id; monitors not named get no evaluation. */
  judge(n: number, verdicts: Record<number, Verdict>, options: JudgeOptions = {}): AdvanceResult {
    const window = hour(n)
    const historical = options.historical ?? false
    const result = advanceAlerts({
      nowMs: options.nowMs ?? window.endMs,
      model: FRAUD,
      version: V7,
      window,
      historical,
      monitors: this.monitors,
      evaluations: this.monitors.flatMap((of) => {
        const verdict = verdicts[of.id]
        if (!verdict) return []
        const value = options.values?.[of.id]
        const findings = options.findings?.[of.id]
        const detail = options.details?.[of.id]
        const change = {
          historical,
          ...(value === undefined ? {} : { value }),
          ...(findings ? { detail: { findings } } : {}),
          ...(detail ? { detail } : {}),
        }
        return [judged(of, verdict, window, change)]
      }),
      states: this.states,
      reopenable: this.alerts,
      breachRuns: new Map(
        Object.entries(options.runs ?? {}).map(([id, begin]) => [Number(id), hour(begin).startMs]),
      ),
      publicUrl: 'http://plumbline.example',
    })
    this.keep(result)
    return result
  }

  /** Judges one monitor on the hours from 0 on. */
  run(
    monitorId: number,
    verdicts: readonly Verdict[],
    options: { historical?: boolean; nowMs?: number } = {},
  ): void {
    for (const [n, verdict] of verdicts.entries()) this.judge(n, { [monitorId]: verdict }, options)
  }

  private keep(result: AdvanceResult): void {
    const ids = new Map<number, number>()
    for (const { id } of result.alerts) if (id < 0) ids.set(id, ++this.lastId)
    const real = (id: number) => ids.get(id) ?? id
    for (const alert of result.alerts) {
      const inhibitedBy = alert.inhibitedBy === null ? null : real(alert.inhibitedBy)
      const kept = { ...alert, id: real(alert.id), inhibitedBy }
      this.alerts = [...this.alerts.filter(({ id }) => id !== kept.id), kept]
    }
    const changed = new Set(result.states.map((state) => state.monitorId))
    this.states = [...this.states.filter(({ monitorId }) => !changed.has(monitorId)), ...result.states]
    this.events.push(...result.events.map((event) => ({ ...event, alertId: real(event.alertId) })))
    this.told.push(...result.notify.map(({ alert, because }) => `${alert.cause} ${because}`))
  }

  /** The alert of a cause that was fired last. */
  alert(cause: string): Alert {
    const found = this.alerts.filter((alert) => alert.cause === cause).at(-1)
    if (!found) throw new Error(`no ${cause} alert`)
    return found
  }

  kinds(cause: string): string[] {
    const ids = new Set(this.alerts.filter((alert) => alert.cause === cause).map(({ id }) => id))
    return this.events.filter((event) => ids.has(event.alertId)).map(({ kind }) => kind)
  }
}

/** A firing input-drift alert. */
export function anAlert(change: Partial<Alert> = {}): Alert {
  return {
    id: 42,
    modelId: FRAUD.id,
    versionId: V7.id,
    cause: 'input_drift',
    severity: 'warning',
    state: 'firing',
    onsetMs: START_MS,
    firedMs: START_MS + 2 * HOUR_MS,
    resolvedMs: null,
    resolution: null,
    title: 'fraud v7: KS 0.31 > 0.2 on amount',
    summary: 'Inputs have differed from the reference.',
    members: [],
    inhibitedBy: null,
    historical: false,
    ...UNTOUCHED,
    dedupKey: 'fraud/v7/input_drift/2026-11-17T00%3A00%3A00Z',
    ...change,
  }
}

/** A waiting firing message of that alert on channel 1. */
export function aMessage(change: Partial<Notification> = {}): Notification {
  return {
    id: 1,
    channelId: 1,
    alertId: 42,
    type: 'alert.firing',
    key: 'msg_1',
    body: '',
    createdMs: START_MS,
    dueMs: START_MS,
    attempts: 0,
    state: 'waiting',
    lastError: null,
    sentMs: null,
    ...change,
  }
}
