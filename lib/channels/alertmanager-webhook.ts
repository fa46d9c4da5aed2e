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

/** One group of one alert. */
export function alertmanagerWebhookBody(message: Message, nowMs: number) {
  const status = message.type === 'alert.resolved' ? 'resolved' : 'firing'
  const [first] = promAlerts(message, nowMs)
  const {
    labels = {},
    annotations = {},
    startsAt = NO_TIME,
    endsAt = NO_TIME,
    generatorURL = '',
  } = first ?? {}
  const fingerprint = createHash('sha256')
    .update(message.alert?.dedupKey ?? message.title)
    .digest('hex')
    .slice(0, 16)
  return {
    version: '4',
    groupKey: `{}:{plumbline="${fingerprint}"}`,
    truncatedAlerts: 0,
    receiver: 'plumbline',
    status,
    groupLabels: { alertname: labels.alertname ?? '' },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: message.publicUrl,
    alerts: [
      {
        status,
        labels,
        annotations,
        startsAt,
        endsAt: status === 'resolved' ? endsAt : NO_TIME,
        generatorURL,
        fingerprint,
      },
    ],
  }
}
