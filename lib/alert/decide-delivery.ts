/** Owns the last look before a queued message leaves: does it still say something true and wanted? Pure. */
import { whyMuted } from '@/lib/alert/decide-notification'
import type { Alert, Notification } from '@/lib/domain/alert'
import type { SelfAlert } from '@/lib/domain/self-alert'

export type CancelReason =
  | 'alert_gone'
  | 'channel_gone'
  | 'channel_off'
  | 'silenced'
  | 'inhibited'
  | 'acknowledged'
  | 'over_before_it_was_due'
  | 'overtaken'
  | 'reopened'
  | 'nothing_was_told'

export type DeliveryDecision =
  | { readonly act: 'send' }
  /** An earlier message of the same alert and channel has not arrived yet. */
  | { readonly act: 'wait' }
  | { readonly act: 'cancel'; readonly reason: CancelReason }

/**
 * Decides over one claimed message.
 *
 * The body is written when it leaves, from the newest state, so after an outage the first message that gets through is
 * current and updates in between are dropped; a resolution still follows the message that it closes, never leads it.
 *
 * @param siblings all other messages of the same alert on the same channel
 */
export function decideDelivery(input: {
  readonly alert: Alert | null
  readonly message: Notification
  readonly siblings: readonly Notification[]
  readonly nowMs: number
}): DeliveryDecision {
  const { alert, message, siblings, nowMs } = input
  if (message.alertId === null) return { act: 'send' }
  if (!alert) return cancel('alert_gone')
  const waiting = siblings.filter((other) => other.state === 'waiting')
  if (waiting.some((other) => isBefore(other, message) && !isHeldBackBehind(other, message)))
    return { act: 'wait' }
  if (message.type === 'alert.resolved') {
    if (alert.state !== 'resolved') return cancel('reopened')
    return wasTold(siblings, message) ? { act: 'send' } : cancel('nothing_was_told')
  }
  const muted = whyMuted(alert, nowMs)
  if (muted) return cancel(muted)
  if (message.type === 'alert.acknowledged' && !wasTold(siblings, message)) return cancel('nothing_was_told')
  if (message.type === 'alert.updated' || message.type === 'alert.acknowledged') {
    const isOvertaken = alert.state === 'resolved' || waiting.some((other) => isBefore(message, other))
    return isOvertaken ? cancel('overtaken') : { act: 'send' }
  }
  const isUntried = message.attempts === 0
  // Something worse went first while this one was held back: whoever got that knows.
  if (isUntried && siblings.some((other) => other.state === 'sent' && isBefore(message, other)))
    return cancel('overtaken')
  // It comes and goes, and somebody took it on while its next page was held back.
  const isKnown = siblings.some((other) => other.state === 'sent' && isBefore(other, message))
  if (isUntried && isKnown && (alert.acknowledgedMs ?? 0) > message.createdMs) return cancel('acknowledged')
  const isOver = isUntried && alert.resolvedMs !== null && alert.resolvedMs <= message.dueMs
  return isOver ? cancel('over_before_it_was_due') : { act: 'send' }
}

/** An earlier message that was never tried and is due only later: nobody waits for it. */
function isHeldBackBehind(earlier: Notification, message: Notification): boolean {
  return earlier.attempts === 0 && !earlier.groupId && earlier.dueMs > message.dueMs
}

/**
 * Decides over one claimed message about trouble of Plumbline itself.
 * @param siblings all other messages of the same trouble on the same channel
 */
export function decideSelfDelivery(input: {
  readonly alert: SelfAlert | null
  readonly message: Notification
  readonly siblings: readonly Notification[]
  readonly nowMs: number
}): DeliveryDecision {
  const { alert, message, siblings, nowMs } = input
  if (!alert) return cancel('alert_gone')
  if (siblings.some((other) => other.state === 'waiting' && isBefore(other, message))) return { act: 'wait' }
  if (message.type === 'alert.resolved')
    return wasTold(siblings, message) ? { act: 'send' } : cancel('nothing_was_told')
  if (alert.silencedUntilMs !== null && alert.silencedUntilMs > nowMs) return cancel('silenced')
  // One attempt may have arrived although it was not answered: then its end must follow.
  const isOver = alert.resolvedMs !== null && message.attempts === 0
  return isOver ? cancel('over_before_it_was_due') : { act: 'send' }
}

function wasTold(siblings: readonly Notification[], message: Notification): boolean {
  const last = siblings
    .filter((other) => other.state === 'sent' && isBefore(other, message))
    .sort((a, b) => (isBefore(a, b) ? -1 : 1))
    .at(-1)
  return last !== undefined && last.type !== 'alert.resolved'
}

/** By number: the clock may have been set back in between. */
function isBefore(a: Notification, b: Notification): boolean {
  return a.id < b.id
}

function cancel(reason: CancelReason): DeliveryDecision {
  return { act: 'cancel', reason }
}
