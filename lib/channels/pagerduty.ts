/** Owns PagerDuty's Events API v2: trigger, acknowledge and resolve under one key for the life of an alert. */
import { createHash } from 'node:crypto'
import type { HttpChannel } from '@/lib/channels/destination'
import { clipText, oneLine } from '@/lib/channels/plain-text'
import type { NotificationType } from '@/lib/domain/alert'
import type { Message } from '@/lib/domain/message'
import { toRfc3339 } from '@/lib/domain/time'

/** Where events go when nothing else is said; accounts in Europe have another host. */
export const PAGERDUTY_URL = 'https://events.pagerduty.com/v2/enqueue'

const MAX_SUMMARY = 1_024
const MAX_KEY = 255
/** PagerDuty drops larger events whole. */
const MAX_EVENT_BYTES = 512_000
const MAX_DETAIL = 2_000

type Action = 'trigger' | 'acknowledge' | 'resolve'
const ACTIONS: Readonly<Record<NotificationType, Action>> = {
  'alert.firing': 'trigger',
  'alert.updated': 'trigger',
  'alert.acknowledged': 'acknowledge',
  'alert.resolved': 'resolve',
  // Never sent: PagerDuty groups by its own key, so each alert is told alone.
  'alert.group': 'trigger',
  'channel.test': 'trigger',
}

export const pagerduty: HttpChannel = {
  call: ({ url, secret }, { key, message }) => ({ url, body: pagerdutyBody(message, secret, key) }),
}

/** Whether text is a routing key: 32 letters and digits. */
export function isRoutingKey(text: string): boolean {
  return /^[A-Za-z0-9]{32}$/.test(text)
}

/**
 * One event.
 * @param key of the message; a test, which belongs to no alert, is known by it
 */
export function pagerdutyBody(message: Message, routingKey: string, key: string): string {
  const { alert, link, publicUrl, type } = message
  const event = {
    routing_key: routingKey,
    event_action: ACTIONS[type],
    dedup_key: dedupKey(alert?.dedupKey ?? key),
    client: 'Plumbline',
    client_url: link,
  }
  if (event.event_action !== 'trigger') return JSON.stringify(event)
  const links = [
    ['Chart', alert?.chart ?? null],
    ['Runbook', alert?.runbook ?? null],
  ] as const
  const payload = {
    summary: clipText(oneLine(message.title), MAX_SUMMARY),
    // Events without a source are refused, and a name may be made of signs that nobody sees.
    source: clipText(oneLine(alert?.model ?? publicUrl), MAX_KEY) || 'Plumbline',
    severity: alert ? alert.severity : 'info',
    timestamp: toRfc3339(alert?.firedMs ?? message.atMs),
    component: clipText(oneLine(alert?.version ?? 'Plumbline'), MAX_KEY),
    group: clipText(oneLine(alert?.owner ?? ''), MAX_KEY),
    class: alert?.cause ?? 'test',
  }
  const whole = JSON.stringify({
    ...event,
    links: [
      { href: link, text: 'Open' },
      ...links.flatMap(([text, href]) => (href === null ? [] : [{ href, text }])),
    ],
    payload: { ...payload, custom_details: detailsOf(message) },
  })
  return Buffer.byteLength(whole) <= MAX_EVENT_BYTES ? whole : JSON.stringify({ ...event, payload })
}

function detailsOf({ lines, alert }: Message) {
  return {
    text: clipText(lines.join('\n'), MAX_DETAIL),
    ...(alert
      ? {
          owner: alert.owner,
          columns_hit: alert.columnsHit,
          value: alert.lead?.valueText ?? null,
          limit: alert.lead?.limitText ?? null,
          n: alert.lead?.n ?? null,
        }
      : {}),
  }
}

function dedupKey(text: string): string {
  return text.length <= MAX_KEY ? text : createHash('sha256').update(text).digest('hex')
}
