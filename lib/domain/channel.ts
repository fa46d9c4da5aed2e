/** Owns the noun channel: where notifications go, what each kind needs, and how healthy a destination is. */
import * as z from 'zod'

export const CHANNEL_KINDS = [
  'webhook',
  'slack',
  'teams',
  'pagerduty',
  'email',
  'alertmanager',
  'alertmanager_webhook',
] as const
export type ChannelKind = (typeof CHANNEL_KINDS)[number]

/** How a mail server is spoken to: TLS from the first byte, TLS after a greeting, or in the clear. */
export const MAIL_SECURITY = ['tls', 'starttls', 'none'] as const

/** What a channel needs beside its address and its secret; may be shown. */
export const ChannelSettingsSchema = z.object({
  /** Email: sender, receivers, user name of the mail server, and how it is spoken to. */
  from: z.string().max(320).optional(),
  to: z.array(z.string().max(320)).max(50).optional(),
  username: z.string().max(320).optional(),
  security: z.enum(MAIL_SECURITY).optional(),
  /** false: messages carry no links that act without signing in. */
  links: z.boolean().optional(),
})
export type ChannelSettings = z.infer<typeof ChannelSettingsSchema>

/** What became of the latest attempts. Counts live as long as the channel. */
export interface ChannelHealth {
  readonly lastSuccessMs: number | null
  readonly lastFailureMs: number | null
  readonly failuresInRow: number
  /** A short word, null after a success. */
  readonly lastError: string | null
  readonly delivered: number
  readonly failed: number
}

/** A destination as it may be shown: the whole address and the secret are never shown again. */
export interface Channel {
  readonly id: number
  readonly name: string
  readonly kind: ChannelKind
  readonly enabled: boolean
  readonly createdMs: number
  /** Host only. */
  readonly host: string
  readonly settings: ChannelSettings
  readonly health: ChannelHealth
}

/** What waits for a channel. */
export interface ChannelQueue {
  readonly channelId: number
  readonly waiting: number
  readonly nextTryMs: number | null
  /** Of the oldest message that has been tried and has not arrived. */
  readonly oldestFailedMs: number | null
}
