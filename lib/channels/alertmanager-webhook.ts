/** Owns the form in which Alertmanager posts to its webhooks (version 4): what takes those takes ours unchanged. Signed as well. */
import { createHash } from 'node:crypto'
import { promAlerts } from '@/lib/channels/alertmanager'
import type { HttpChannel } from '@/lib/channels/destination'
import { signatureHeaders } from '@/lib/channels/sign'
import type { Message } from '@/lib/domain/message'

/** How Go writes an instant that is not known: the end of what still fires. */
const NO_TIME = '0001-01-01T00:00:00Z'

export const alertmanagerWebhook: HttpChannel = {
  call({ url, secret }, { key, message, nowMs }) {
    const body = JSON.stringify(alertmanagerWebhookBody(message, nowMs))
    return { url, body, headers: signatureHeaders(secret, key, nowMs, body) }
  },
}

/** One group; its labels are what its alerts have in common. */
export function alertmanagerWebhookBody(message: Message, nowMs: number) {
  const alerts = (message.group?.messages ?? [message]).map((one) => entryOf(one, nowMs))
  const commonLabels = commonOf(alerts.map(({ labels }) => labels))
  const fingerprints = alerts.map(({ fingerprint }) => fingerprint)
  const group = fingerprints.length === 1 ? (fingerprints[0] ?? '') : shortHash(fingerprints.join())
  const { alertname, model } = commonLabels
  return {
    version: '4',
    groupKey: `{}:{plumbline="${group}"}`,
    truncatedAlerts: (message.group?.told ?? alerts.length) - alerts.length,
    receiver: 'plumbline',
    status: alerts.some(({ status }) => status === 'firing') ? 'firing' : 'resolved',
    groupLabels: alertname !== undefined ? { alertname } : model !== undefined ? { model } : {},
    commonLabels,
    commonAnnotations: commonOf(alerts.map(({ annotations }) => annotations)),
    externalURL: message.publicUrl,
    alerts,
  }
}

function entryOf(message: Message, nowMs: number) {
  const status = message.type === 'alert.resolved' ? ('resolved' as const) : ('firing' as const)
  const [first] = promAlerts(message, nowMs)
  const {
    labels = {},
    annotations = {},
    startsAt = NO_TIME,
    endsAt = NO_TIME,
    generatorURL = '',
  } = first ?? {}
  return {
    status,
    labels,
    annotations,
    startsAt,
    endsAt: status === 'resolved' ? endsAt : NO_TIME,
    generatorURL,
    fingerprint: shortHash(message.alert?.dedupKey ?? message.title),
  }
}

function commonOf(all: readonly Readonly<Record<string, string>>[]): Record<string, string> {
  const [first = {}, ...others] = all
  const common = Object.entries(first).filter(([name, value]) => others.every((one) => one[name] === value))
  return Object.fromEntries(common)
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
