/** Owns the words for each kind of channel: what it is called, and what its form asks for. */
import type { NotificationType } from '@/lib/domain/alert'
import type { ChannelKind } from '@/lib/domain/channel'

export interface KindWords {
  readonly label: string
  /** What happens there, in a sentence. */
  readonly sentence: string
  readonly url: { readonly label: string; readonly hint: string; readonly placeholder?: string } | null
  readonly secret: { readonly label: string; readonly hint: string } | null
  /** It shows the secret once, after it was made. */
  readonly isSigned?: boolean
}

const PRIVATE = 'Private addresses are refused unless PLUMBLINE_OUTBOUND_ALLOW names them.'

export const KINDS: Readonly<Record<ChannelKind, KindWords>> = {
  webhook: {
    label: 'Webhook',
    sentence: 'JSON, signed by the Standard Webhooks scheme.',
    url: { label: 'Webhook address', hint: PRIVATE },
    secret: null,
    isSigned: true,
  },
  slack: {
    label: 'Slack',
    sentence: 'A message in the channel of an incoming webhook.',
    url: {
      label: 'Incoming webhook',
      hint: 'From your Slack app.',
      placeholder: 'https://hooks.slack.com/services/…',
    },
    secret: null,
  },
  teams: {
    label: 'Microsoft Teams',
    sentence: 'A card in the channel of a workflow.',
    url: {
      label: 'Workflow address',
      hint: 'From the workflow “Post to a channel when a webhook request is received”.',
    },
    secret: null,
  },
  pagerduty: {
    label: 'PagerDuty',
    sentence: 'An incident that is triggered, acknowledged and resolved with the alert.',
    url: {
      label: 'Events address',
      hint: 'Leave it empty, or name that of the EU region.',
      placeholder: 'https://events.pagerduty.com/v2/enqueue',
    },
    secret: { label: 'Routing key', hint: 'Of an integration “Events API v2”: 32 letters and digits.' },
  },
  email: {
    label: 'Email',
    sentence: 'A mail to each receiver; those of one alert stand in one thread.',
    url: {
      label: 'Mail server',
      hint: `smtp:// with STARTTLS on port 587, or smtps:// on 465. ${PRIVATE}`,
      placeholder: 'smtp://mail.example.org:587',
    },
    secret: { label: 'Password', hint: 'Empty when the server asks for none.' },
  },
  alertmanager: {
    label: 'Alertmanager',
    sentence: 'Alerts pushed to Prometheus Alertmanager, and sent again every minute while they last.',
    url: {
      label: 'Address',
      hint: `Of one Alertmanager; add each of a cluster. ${PRIVATE}`,
      placeholder: 'http://alertmanager:9093',
    },
    secret: { label: 'Token, or user:password', hint: 'Empty when it asks for none.' },
  },
  alertmanager_webhook: {
    label: 'Alertmanager’s webhook form',
    sentence: 'JSON as Alertmanager posts it, for what takes that; signed as well.',
    url: { label: 'Address', hint: PRIVATE },
    secret: null,
    isSigned: true,
  },
}

/** What a message is, in a word. */
export const MESSAGES: Readonly<Record<NotificationType, string>> = {
  'alert.firing': 'Firing',
  'alert.updated': 'News',
  'alert.acknowledged': 'Acknowledged',
  'alert.resolved': 'Resolved',
  'alert.group': 'Several alerts',
  'channel.test': 'Test',
}

/** Why a message was not sent, or did not get through. */
const REASONS: Readonly<Record<string, string>> = {
  inhibited: 'another alert explains it',
  silenced: 'it is silenced',
  channel_off: 'the channel is off',
  over_before_it_was_due: 'it was over before',
  overtaken: 'a later message says more',
  reopened: 'it fires again',
  nothing_was_told: 'nobody was told that it fired',
  econnrefused: 'connection refused',
  econnreset: 'connection cut off',
  enotfound: 'no such host',
  eai_again: 'the name of the host cannot be resolved',
}

/** What went wrong, in words: `http_404` → `http 404`. */
export function errorWords(reason: string | null): string {
  return REASONS[reason ?? ''] ?? (reason ?? 'no answer').replaceAll('_', ' ')
}
