/** Owns pushing to Prometheus Alertmanager (API v2). It forgets what is not sent again, so open alerts are, every minute. */
import type { DeliveryResult } from '@/lib/channels/delivery-result'
import type { HttpChannel } from '@/lib/channels/destination'
import { clipText, oneLine } from '@/lib/channels/plain-text'
import type { Message } from '@/lib/domain/message'
import type { Severity } from '@/lib/domain/monitor'
import { MINUTE_MS, toRfc3339 } from '@/lib/domain/time'

/** How long an alert lasts over there without being sent again: longer than a restart or an upgrade takes here. */
export const LASTS_MS = 15 * MINUTE_MS
/** How often open alerts are sent again. */
export const RESEND_EVERY_MS = MINUTE_MS
const TEST_LASTS_MS = MINUTE_MS
const MAX_LABEL = 256
const MAX_ANNOTATION = 2_000
const PATH = '/api/v2/alerts'

/** An alert as Alertmanager takes and hands on. Who it is, is its labels alone. */
export interface PromAlert {
  readonly labels: Readonly<Record<string, string>>
  readonly annotations: Readonly<Record<string, string>>
  readonly startsAt: string
  readonly endsAt: string
  readonly generatorURL: string
}

export const alertmanager: HttpChannel = {
  call: ({ url, secret }, { message, nowMs }) => ({
    url: alertsUrl(url),
    headers: authorization(secret),
    body: JSON.stringify((message.group?.messages ?? [message]).flatMap((one) => promAlerts(one, nowMs))),
  }),
  read: readAlertmanager,
}

/** The request that keeps open alerts alive over there. */
export function resendCall(url: string, secret: string, messages: readonly Message[], nowMs: number) {
  const body = JSON.stringify(messages.flatMap((message) => promAlerts(message, nowMs)))
  return { url: alertsUrl(url), headers: authorization(secret), body }
}

/** Alertmanager answers 200 without a body; a page behind the wrong address has one. */
export function readAlertmanager(status: number, answer: string): DeliveryResult | null {
  if (status < 200 || status >= 300 || !/^\s*<(!doctype|html)/i.test(answer)) return null
  return { outcome: 'retry', status, reason: 'unexpected_answer', afterMs: null, slow: true }
}

/**
 * The alert as Alertmanager knows alerts. Severity is a label there, on which people route, and labels are identity: one
 * that was raised to critical ends its former self, the warning, in the same breath.
 */
export function promAlerts(message: Message, nowMs: number): PromAlert[] {
  const severity = message.alert?.severity ?? 'info'
  const isOver = message.type === 'alert.resolved'
  const lastMs = nowMs + (message.alert ? LASTS_MS : TEST_LASTS_MS)
  const endsMs = isOver ? Math.min(nowMs, message.alert?.resolvedMs ?? nowMs) : lastMs
  const now = promAlert(message, severity, endsMs)
  return message.alert?.isRaised && !isOver ? [now, promAlert(message, 'warning', nowMs)] : [now]
}

function promAlert(message: Message, severity: Severity | 'info', endsMs: number): PromAlert {
  const { alert, title, lines, link, publicUrl, atMs } = message
  const startsMs = alert?.firedMs ?? atMs
  return {
    labels: filled(
      {
        alertname: alert ? `Plumbline${pascal(alert.cause)}` : 'PlumblineTest',
        severity,
        job: 'plumbline',
        instance: new URL(publicUrl).host,
        model: alert?.model ?? '',
        version: alert?.version ?? '',
        slice: alert?.slice ?? '',
        cause: alert?.cause ?? 'test',
        owner: alert?.owner ?? '',
        subject: alert && alert.alertId === null ? alert.dedupKey : '',
      },
      MAX_LABEL,
    ),
    annotations: filled(
      {
        summary: title.replace(/^\[\w+\] /, ''),
        description: lines.join(' '),
        link,
        chart: wholeAddress(alert?.chart ?? ''),
        runbook_url: alert?.runbook ?? '',
      },
      MAX_ANNOTATION,
    ),
    startsAt: toRfc3339(startsMs),
    // One that ends before it began is refused.
    endsAt: toRfc3339(Math.max(endsMs, startsMs + 1)),
    generatorURL: alert?.chart ?? link,
  }
}

/** `https://host/prefix` → `https://host/prefix/api/v2/alerts`; a whole path stays. */
export function alertsUrl(url: string): string {
  const base = new URL(url)
  const path = base.pathname.replace(/\/+$/, '')
  base.pathname = path.endsWith(PATH) ? path : `${path}${PATH}`
  return base.href
}

/** The secret is a bearer token, or `user:password`; empty for none. */
export function authorization(secret: string): Record<string, string> {
  if (secret === '') return {}
  const scheme = secret.includes(':') ? `Basic ${Buffer.from(secret).toString('base64')}` : `Bearer ${secret}`
  return { authorization: scheme }
}

/** An address that fits, or none: one that was cut leads nowhere. */
function wholeAddress(url: string): string {
  return url.length <= MAX_ANNOTATION ? url : ''
}

/** Values that say something; an empty label is no label. */
function filled(values: Readonly<Record<string, string>>, maxLength: number): Record<string, string> {
  const texts = Object.entries(values).map(
    ([name, text]) => [name, clipText(oneLine(text), maxLength)] as const,
  )
  return Object.fromEntries(texts.filter(([, text]) => text !== ''))
}

function pascal(words: string): string {
  return words.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
}
