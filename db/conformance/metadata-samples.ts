/** Owns small valid values for the metadata suites. */
import type { NewEvaluation, WindowVerdict } from '@/db/contracts/evaluation-records'
import type { DeliveryAttempt } from '@/db/contracts/notification-records'
import type { NewMonitor } from '@/db/contracts/profile-records'
import { type Alert, type Notification, UNTOUCHED } from '@/lib/domain/alert'
import type { Model, Version } from '@/lib/domain/model'
import type { Monitor } from '@/lib/domain/monitor'
import type { ColumnProfile, Profile } from '@/lib/domain/profile'
import type { NewSelfAlert } from '@/lib/domain/self-alert'
import { BINARY, BLANK_COLUMN, BLANK_PROFILE, DRIFT_MONITOR } from '@/lib/domain/testing'
import { HOUR_MS } from '@/lib/domain/time'

/** A version with an active profile. */
export interface SeededVersion {
  readonly model: Model
  readonly version: Version
  readonly profileId: number
}

/** What is judged in most suites: drift of amount, and volume. */
export interface Seeded extends SeededVersion {
  readonly drift: Monitor
  readonly volume: Monitor
}

export const NOW_MS = Date.UTC(2026, 2, 1)

export function columnProfile(name: string): ColumnProfile {
  return { ...BLANK_COLUMN, name, rows: 10, distinct: 10 }
}

export function profile(rows = 10): Profile {
  return {
    ...BLANK_PROFILE,
    ...BINARY,
    createdMs: NOW_MS,
    rows,
    columns: [columnProfile('amount'), columnProfile('age')],
    chunks: [{ startMs: 0, endMs: 1, rows: 5, summaries: { 'input:amount': 'AAAA' } }],
  }
}

export function newMonitor(
  versionId: number,
  profileId: number,
  change: Partial<NewMonitor> = {},
): NewMonitor {
  return {
    ...DRIFT_MONITOR,
    versionId,
    profileId,
    column: { family: 'input', name: 'amount' },
    ...change,
  }
}

export const windowOf = (hour: number) => ({
  startMs: NOW_MS + hour * HOUR_MS,
  endMs: NOW_MS + (hour + 1) * HOUR_MS,
})

export function evaluation(
  monitor: Monitor,
  hour: number,
  change: Partial<NewEvaluation> = {},
): NewEvaluation {
  const { startMs, endMs } = windowOf(hour)
  return {
    versionId: monitor.versionId,
    monitorId: monitor.id,
    windowStartMs: startMs,
    windowEndMs: endMs,
    verdict: 'ok',
    value: 0.05,
    limit: 0.1,
    n: 100,
    nReference: 1_000,
    pValue: 0.5,
    pCorrected: 0.6,
    reason: 'amount is as it was.',
    historical: false,
    evaluatedMs: endMs,
    detail: { shiftSigma: 0.1 },
    ...change,
  }
}

export function verdict(seeded: Seeded, hour: number, change: Partial<WindowVerdict> = {}): WindowVerdict {
  return {
    versionId: seeded.version.id,
    window: windowOf(hour),
    settlesDueMs: null,
    evaluations: [],
    states: [],
    alerts: [],
    events: [],
    notifications: [],
    ...change,
  }
}

export function alert(seeded: Seeded, change: Partial<Alert> = {}): Alert {
  return {
    id: -1,
    modelId: seeded.model.id,
    versionId: seeded.version.id,
    cause: 'input_drift',
    severity: 'warning',
    state: 'firing',
    onsetMs: NOW_MS,
    firedMs: NOW_MS,
    resolvedMs: null,
    resolution: null,
    title: 'amount drifted',
    summary: 'amount moved.',
    members: [{ monitorId: seeded.drift.id, state: 'firing', onsetMs: NOW_MS, evaluationId: 0 }],
    inhibitedBy: null,
    historical: false,
    ...UNTOUCHED,
    dedupKey: `key-${change.id ?? -1}-${change.firedMs ?? 0}`,
    ...change,
  }
}

export function notification(
  channelId: number,
  change: Partial<Omit<Notification, 'id'>> = {},
): Omit<Notification, 'id'> {
  return {
    channelId,
    alertId: null,
    type: 'alert.firing',
    key: 'msg_1',
    body: '{}',
    createdMs: NOW_MS,
    dueMs: NOW_MS,
    attempts: 0,
    state: 'waiting',
    lastError: null,
    sentMs: null,
    ...change,
  }
}

/** A try to deliver that succeeded, or failed by `error`. */
export function attempt(
  notificationId: number,
  error: string | null = null,
  change: Partial<DeliveryAttempt> = {},
): DeliveryAttempt {
  return { notificationId, atMs: NOW_MS, durationMs: 12, status: error ? 500 : 200, error, ...change }
}

export const SELF_ALERT: NewSelfAlert = {
  kind: 'undeliverable',
  subject: '1',
  severity: 'critical',
  title: 'The channel pager cannot be reached',
  text: 'It answered 500.',
  firedMs: NOW_MS,
  dedupKey: 'plumbline/undeliverable/1/a',
}
