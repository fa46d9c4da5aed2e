/** Owns the nouns alert, monitor state, silence and notification. The transitions live in `lib/alert`. */
import type { Verdict } from '@/lib/domain/evaluation'
import type { Cause, Severity } from '@/lib/domain/monitor'
import type { SliceRef } from '@/lib/domain/slice'

/** State of one monitor between windows. `no_data`, `stale` and `error` stand apart from the firing ladder. */
export const MONITOR_STATES = [
  'inactive',
  'pending',
  'firing',
  'recovering',
  'no_data',
  'stale',
  'error',
] as const
export type MonitorStateName = (typeof MONITOR_STATES)[number]

/** What the state machine remembers of one monitor; survives restarts. */
export interface MonitorState {
  readonly monitorId: number
  readonly state: MonitorStateName
  /** Latest windows, newest last, at most `fireOf`: 1 breached, 0 not. Windows without a verdict are not in it. */
  readonly recent: readonly (0 | 1)[]
  /** Windows in a row below the recovery limit. */
  readonly calm: number
  /** Start of the first breaching window of this episode. */
  readonly onsetMs: number | null
  readonly lastWindowStartMs: number | null
  readonly lastVerdict: Verdict | null
  /** The windows behind `recent` and `calm`, oldest first, so that a re-judged one can be found again. */
  readonly memory?: readonly RememberedWindow[]
}

/** One judged window as the state machine remembers it. */
export interface RememberedWindow {
  readonly startMs: number
  readonly breached: boolean
  /** Below the recovery limit. */
  readonly calm: boolean
  /** How large the effect of a breach was, in the unit of the metric, where that is known. */
  readonly size?: number
}

export const ALERT_STATES = ['firing', 'recovering', 'resolved'] as const
export type AlertState = (typeof ALERT_STATES)[number]

/** One monitor's part in an alert. */
export interface AlertMember {
  readonly monitorId: number
  readonly state: MonitorStateName
  readonly onsetMs: number
  /** Evaluation that speaks for it now. */
  readonly evaluationId: number
}

/** The stateful thing on-call sees: groups what one cause explains. */
export interface Alert {
  readonly id: number
  readonly modelId: number
  readonly versionId: number
  readonly cause: Cause
  readonly severity: Severity
  readonly state: AlertState
  /** Start of the first breaching window. */
  readonly onsetMs: number
  readonly firedMs: number
  readonly resolvedMs: number | null
  /** Why it ended: by itself, by a person, or because what it measured went away. */
  readonly resolution: 'recovered' | 'manual' | 'superseded' | null
  /** First line, for lists and notifications. */
  readonly title: string
  /** What moved, since when, how sure. */
  readonly summary: string
  readonly members: readonly AlertMember[]
  /** Id of the alert that explains this one, while it does. */
  readonly inhibitedBy: number | null
  readonly historical: boolean
  readonly acknowledgedBy: string | null
  readonly acknowledgedMs: number | null
  readonly silencedUntilMs: number | null
  readonly silenceReason: string | null
  /** Stable over the life of the alert: model, version, cause, onset. */
  readonly dedupKey: string
  /** Who looks after it; null: nobody yet. */
  readonly assignee: string | null
  /** What a person found it to be; null: nobody said. */
  readonly judgement: AlertJudgement | null
  readonly judgedBy: string | null
  readonly judgedMs: number | null
  /** When a person first opened its page; null: nobody ever looked. */
  readonly firstSeenMs: number | null
  /** The slice it is about; absent or null: the whole version. */
  readonly slice?: SliceRef | null
}

/** What an alert says of people before anybody did anything about it. */
export const UNTOUCHED = {
  acknowledgedBy: null,
  acknowledgedMs: null,
  silencedUntilMs: null,
  silenceReason: null,
  assignee: null,
  judgement: null,
  judgedBy: null,
  judgedMs: null,
  firstSeenMs: null,
} as const satisfies Partial<Alert>

/** Whether there was something to act on. */
export const ALERT_JUDGEMENTS = ['real', 'false_alarm'] as const
export type AlertJudgement = (typeof ALERT_JUDGEMENTS)[number]

/** A line of an alert's history: a transition, a person's act, a correction, or a notification. */
export interface AlertEvent {
  readonly id: number
  readonly alertId: number
  readonly atMs: number
  readonly kind:
    | 'fired'
    | 'member_joined'
    | 'member_left'
    | 'recovering'
    | 'refired'
    | 'resolved'
    | 'reopened'
    | 'acknowledged'
    | 'silenced'
    | 'silence_ended'
    | 'inhibited'
    | 'uninhibited'
    | 'corrected'
    | 'upgraded'
    | 'notified'
    | 'not_notified'
    | 'notification_failed'
    | 'assigned'
    | 'commented'
    | 'judged'
  /** Who: a user or key name, or `plumbline`. */
  readonly actor: string
  readonly note: string
}

export type NotificationType =
  | 'alert.firing'
  | 'alert.updated'
  | 'alert.acknowledged'
  | 'alert.resolved'
  | 'alert.group'
  | 'channel.test'

/** One message to one channel, waiting in the outbox or sent. */
export interface Notification {
  readonly id: number
  readonly channelId: number
  readonly alertId: number | null
  /** The trouble of Plumbline itself that it tells of; its body is then stored, not written when it leaves. */
  readonly selfAlertId?: number | null
  /** Those of a channel with the same one are told together; null or absent: it is told alone. */
  readonly groupKey?: string | null
  /** The message of type `alert.group` in which it travels with others. */
  readonly groupId?: number | null
  readonly type: NotificationType
  /** webhook-id: the same on every attempt. */
  readonly key: string
  readonly body: string
  readonly createdMs: number
  readonly dueMs: number
  readonly attempts: number
  readonly state: 'waiting' | 'sent' | 'given_up' | 'cancelled'
  readonly lastError: string | null
  readonly sentMs: number | null
}

/** What people did about an alert, and whether others explain it. */
export type AlertAttention = Pick<Alert, 'acknowledgedMs' | 'silencedUntilMs' | 'inhibitedBy'>

/** Where an open alert stands among the open ones. */
export function standingOf(
  { acknowledgedMs, silencedUntilMs }: AlertAttention,
  nowMs: number,
): 'open' | 'acknowledged' | 'silenced' {
  if (silencedUntilMs !== null && silencedUntilMs > nowMs) return 'silenced'
  return acknowledgedMs === null ? 'open' : 'acknowledged'
}

/** Whether an open alert waits for a human: nobody took or silenced it, and no other alert explains it. */
export function waitsForSomebody(alert: AlertAttention, nowMs: number): boolean {
  return standingOf(alert, nowMs) === 'open' && alert.inhibitedBy === null
}
