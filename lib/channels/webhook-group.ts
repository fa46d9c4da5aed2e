/** Owns the body of a generic webhook that tells of several alerts: each of them by name, as long as there is room. */
import { othersLine } from '@/lib/channels/group-lines'
import { clipText } from '@/lib/channels/plain-text'
import { actsOf } from '@/lib/channels/webhook-acts'
import type { Message, MessageGroup } from '@/lib/domain/message'
import { toRfc3339 } from '@/lib/domain/time'

/** Alerts in the text for people; machines read the list. */
const IN_TEXT = 5

/** `{"type":"alert.group","timestamp","data":{…,"alerts":[…]}}`, at most `maxBytes`. */
export function webhookGroupBody(message: Message, group: MessageGroup, maxBytes: number): string {
  const { title, lines, link, type, atMs, acts = [] } = message
  const { told, firing, critical, over, severity } = group
  const wrap = (headline: string, text: string, alerts: readonly object[]) =>
    JSON.stringify({
      type,
      timestamp: toRfc3339(atMs),
      data: {
        title: headline,
        text,
        link,
        state: firing > 0 ? 'firing' : 'resolved',
        severity,
        told,
        firing,
        critical,
        over,
        not_listed: told - alerts.length,
        ...actsOf(acts),
        alerts,
      },
    })
  const whole = wrap(title, textOf(message, group), group.messages.map(wholeEntry))
  if (Buffer.byteLength(whole) <= maxBytes) return whole
  const entries = group.messages.map(shortEntry)
  const text = clipText([title, ...lines, link].join('\n'), 1_000)
  let kept = entries.length
  for (;;) {
    const body = wrap(clipText(title, 200), text, entries.slice(0, kept))
    if (Buffer.byteLength(body) <= maxBytes || kept === 0) return body
    kept = Math.floor(kept * 0.9)
  }
}

function textOf({ title, lines, link }: Message, group: MessageGroup): string {
  const named = group.messages.slice(0, IN_TEXT).map((one, index) => `${index + 1}. ${one.title}`)
  const others = othersLine(group, named.length)
  return clipText(
    [title, ...lines, ...named, ...(others === null ? [] : [`… ${others}.`]), link].join('\n'),
    2_000,
  )
}

function wholeEntry({ type, title, link, alert }: Message) {
  return {
    type,
    title: clipText(title, 120),
    ...(alert
      ? {
          state: alert.state,
          severity: alert.severity,
          cause: alert.cause,
          model: alert.model,
          version: alert.version,
          since: toRfc3339(alert.onsetMs),
          resolved_at: alert.resolvedMs === null ? null : toRfc3339(alert.resolvedMs),
          alert_id: alert.alertId,
          dedup_key: alert.dedupKey,
        }
      : {}),
    link,
  }
}

/** Who it is and what became of it, and nothing else. */
function shortEntry({ type, alert }: Message) {
  return { type, severity: alert?.severity, alert_id: alert?.alertId, dedup_key: alert?.dedupKey }
}
