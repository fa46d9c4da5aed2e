/** Owns the table of channels: which file speaks for which kind. */
import { alertmanager } from '@/lib/channels/alertmanager'
import { alertmanagerWebhook } from '@/lib/channels/alertmanager-webhook'
import type { HttpChannel, Sender } from '@/lib/channels/destination'
import { sendEmail } from '@/lib/channels/email'
import { pagerduty } from '@/lib/channels/pagerduty'
import { sendHttp } from '@/lib/channels/send-http'
import { slack } from '@/lib/channels/slack'
import { teams } from '@/lib/channels/teams'
import { webhook } from '@/lib/channels/webhook'
import type { ChannelKind } from '@/lib/domain/channel'

const SENDERS: Readonly<Record<ChannelKind, Sender>> = {
  webhook: overHttp(webhook),
  slack: overHttp(slack),
  teams: overHttp(teams),
  pagerduty: overHttp(pagerduty),
  alertmanager: overHttp(alertmanager),
  alertmanager_webhook: overHttp(alertmanagerWebhook),
  email: sendEmail,
}

/** Makes one attempt. Never throws: a refused address, a silent or lying receiver are results. */
export const sendMessage: Sender = (destination, outbound, options) =>
  SENDERS[destination.kind](destination, outbound, options)

function overHttp(channel: HttpChannel): Sender {
  return async (destination, outbound, options) =>
    sendHttp(channel.call(destination, outbound), outbound.nowMs, options, channel.read)
}
