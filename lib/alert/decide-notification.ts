/** Owns the one decision whether an alert may speak to a channel now, when, and why (not). Pure. */
import type { NotifyBecause } from '@/lib/alert/advance-input'
import { type Pace, paceOf } from '@/lib/alert/pace'
import type { Alert, Notification, NotificationType } from '@/lib/domain/alert'

export type QueueReason =
  | 'first_message'
  | 'flapping'
  | 'update'
  | 'repeat_due'
  | 'somebody_is_on_it'
  | 'closes_what_was_told'
export type HoldReason =
  | 'historical'
  | 'inhibited'
  | 'silenced'
  | 'acknowledged'
  | 'already_waiting'
  | 'already_told'
  | 'nothing_was_told'
  | 'not_firing'
  | 'not_yet'

export type Decision =
  | {
      readonly act: 'queue'
      readonly type: NotificationType
      readonly dueMs: number
      readonly reason: QueueReason
    }
  | { readonly act: 'hold'; readonly reason: HoldReason }

/** What this channel has been told of this alert, or is about to be. */
export interface ChannelHistory {
  /** A message of the current episode was sent, or is on its way. */
  readonly told: boolean
  /** A message that has not been sent and is no resolution: it will carry the newest state anyway. */
  readonly waiting: Notification | null
  readonly lastSentMs: number | null
  readonly lastFiringMs: number | null
}

/** Reads the history of one alert on one channel, in any order. Which came last is told by number: clocks are set back. */
export function readHistory(messages: readonly Notification[], nowMs: number): ChannelHistory {
  const ordered = messages
    .filter((message) => message.state === 'sent' || message.state === 'waiting')
    .sort((a, b) => a.id - b.id)
  const last = ordered.at(-1)
  const sent = ordered.filter((message) => message.state === 'sent')
  const firing = sent.filter((message) => message.type === 'alert.firing')
  const isUnderWay = last?.state === 'waiting' && (last.attempts > 0 || last.dueMs <= nowMs)
  const lastSettled = sent.at(-1)
  const isOpenAtReceiver = lastSettled !== undefined && lastSettled.type !== 'alert.resolved'
  const closes = last?.type === 'alert.resolved'
  return {
    told: !closes && (isOpenAtReceiver || isUnderWay),
    waiting: last && last.state === 'waiting' && !closes ? last : null,
    lastSentMs: lastSettled?.sentMs ?? null,
    lastFiringMs: firing.at(-1)?.sentMs ?? null,
  }
}

/**
 * Whether to queue a message, of which type, and from when on it may go.
 *
 * A resolution goes out exactly when the receiver was told of the alert, even while it is silenced or explained:
 * it disturbs nobody and closes what was opened. Everything else waits for silences, explanations and the intervals.
 */
export function decideNotification(input: {
  readonly alert: Alert
  readonly because: NotifyBecause
  readonly history: ChannelHistory
  readonly nowMs: number
  /** Of the route that leads to this channel; the usual one when absent. */
  readonly pace?: Pace
  /** Where the channel tells several alerts in one message: until when the group is left in peace. */
  readonly group?: { readonly holdMs: number | null } | null
}): Decision {
  const { alert, because, history, nowMs, pace = paceOf(), group = null } = input
  if (alert.historical) return hold('historical')
  const groupMs = group?.holdMs ?? nowMs
  if (because === 'resolved') {
    if (!history.told) return hold('nothing_was_told')
    // What ends together is told together. What a person ends, that person wants to see ended.
    const isPrompt = group === null || alert.resolution === 'manual'
    const dueMs = isPrompt ? nowMs : Math.max(nowMs + pace.groupWaitMs, groupMs)
    return queue('alert.resolved', dueMs, 'closes_what_was_told')
  }
  if (because === 'acknowledged') {
    if (history.told) return queue('alert.acknowledged', nowMs, 'somebody_is_on_it')
    // The first message is about to page: this goes right after it.
    return history.waiting && history.lastFiringMs === null
      ? queue('alert.acknowledged', history.waiting.dueMs, 'somebody_is_on_it')
      : hold('nothing_was_told')
  }
  const muted = whyMuted(alert, nowMs)
  if (muted) return hold(muted)
  if (alert.acknowledgedBy !== null && because !== 'upgraded' && because !== 'silence_ended')
    return hold('acknowledged')
  if (because === 'repeat' && alert.state !== 'firing') return hold('not_firing')
  if (history.waiting) {
    // Something worse must not wait behind a message that is being held back.
    const { attempts, dueMs } = history.waiting
    const isSoon = dueMs <= nowMs + (attempts > 0 ? pace.groupIntervalMs : pace.groupWaitMs)
    if (isSoon || because !== 'upgraded') return hold('already_waiting')
  }
  const decision = history.told
    ? followUp(alert, because, history, nowMs, pace)
    : firstMessage(alert, because, history, nowMs, pace)
  // What is due at this very moment is gathered at this very moment.
  if (decision.act === 'hold' || decision.reason === 'repeat_due') return decision
  return { ...decision, dueMs: Math.max(decision.dueMs, groupMs) }
}

/** Why an alert may not disturb anyone now, or null. */
export function whyMuted(alert: Alert, nowMs: number): 'inhibited' | 'silenced' | null {
  if (alert.inhibitedBy !== null) return 'inhibited'
  return alert.silencedUntilMs !== null && alert.silencedUntilMs > nowMs ? 'silenced' : null
}

function firstMessage(
  alert: Alert,
  because: NotifyBecause,
  history: ChannelHistory,
  nowMs: number,
  pace: Pace,
): Decision {
  if (because === 'reopened' && history.lastFiringMs !== null) {
    // On and off again: one page a repeat interval is enough, unless it has grown worse.
    const lastMs = Math.min(nowMs, history.lastFiringMs)
    const dueMs = Math.max(nowMs + pace.groupWaitMs, lastMs + pace.repeatMs[alert.severity])
    return queue('alert.firing', dueMs, 'flapping')
  }
  return queue('alert.firing', nowMs + pace.groupWaitMs, 'first_message')
}

function followUp(
  alert: Alert,
  because: NotifyBecause,
  history: ChannelHistory,
  nowMs: number,
  pace: Pace,
): Decision {
  const sentMs = history.lastSentMs ?? nowMs
  // Sent in the future: the clock was set back since.
  const lastMs = Math.min(nowMs, sentMs)
  switch (because) {
    case 'repeat': {
      const isDue = isLongFrom(nowMs, sentMs, pace.repeatMs[alert.severity])
      return isDue ? queue('alert.firing', nowMs, 'repeat_due') : hold('not_yet')
    }
    case 'silence_ended':
      return queue('alert.firing', nowMs, 'repeat_due')
    case 'fired':
    case 'reopened':
    case 'went_live':
    case 'uninhibited':
      return hold('already_told')
    default:
      return queue(
        'alert.updated',
        Math.max(nowMs + pace.groupWaitMs, lastMs + pace.groupIntervalMs),
        'update',
      )
  }
}

/** Absolute, so that a clock that ran far ahead when it was told silences nothing for as long. */
export function isLongFrom(nowMs: number, sentMs: number, repeatMs: number): boolean {
  return Math.abs(nowMs - sentMs) >= repeatMs
}

function queue(type: NotificationType, dueMs: number, reason: QueueReason): Decision {
  return { act: 'queue', type, dueMs, reason }
}

function hold(reason: HoldReason): Decision {
  return { act: 'hold', reason }
}
