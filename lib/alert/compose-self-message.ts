/** Owns what Plumbline says of itself: that something is wrong with it, and that a test reached its channel. */
import { actSentence, TYPE_WORDS } from '@/lib/alert/compose-message'
import { clip, formatDuration, formatInstant } from '@/lib/alert/format-value'
import type { NotificationType } from '@/lib/domain/alert'
import type { Message, MessageAct } from '@/lib/domain/message'
import type { SelfAlert } from '@/lib/domain/self-alert'

/** The message about trouble of Plumbline itself. */
export function composeSelfMessage(
  alert: SelfAlert,
  type: NotificationType,
  nowMs: number,
  publicUrl: string,
  acts: readonly MessageAct[] = [],
): Message {
  const { severity, firedMs, resolvedMs, dedupKey, kind } = alert
  const lasted =
    resolvedMs === null
      ? []
      : [`It lasted ${formatDuration(resolvedMs - firedMs)}, from ${formatInstant(firedMs)}.`]
  return {
    type,
    atMs: nowMs,
    title: clip(`[${TYPE_WORDS[type]}] Plumbline: ${alert.title}`, 500),
    lines: [
      ...lasted,
      alert.text,
      ...(alert.acknowledgedBy === null ? [] : [`Acknowledged by ${alert.acknowledgedBy}.`]),
      ...actSentence(acts),
    ],
    link: `${publicUrl}/alerts#plumbline`,
    publicUrl,
    acts,
    alert: {
      alertId: null,
      dedupKey,
      state: resolvedMs === null ? 'firing' : 'resolved',
      severity,
      isRaised: false,
      cause: kind,
      model: null,
      version: null,
      owner: null,
      onsetMs: firedMs,
      firedMs,
      resolvedMs,
      resolution: resolvedMs === null ? null : 'recovered',
      acknowledgedBy: alert.acknowledgedBy,
      lead: null,
      columnsHit: 0,
      topColumns: [],
      chart: null,
      runbook: null,
    },
  }
}

/** The message of the test button. */
export function composeTest(channel: string, nowMs: number, publicUrl: string): Message {
  return {
    type: 'channel.test',
    atMs: nowMs,
    title: `[TEST] Plumbline reaches the channel ${channel}`,
    lines: ['Nothing is wrong: somebody pressed the test button.'],
    link: `${publicUrl}/settings/channels`,
    publicUrl,
    alert: null,
  }
}
