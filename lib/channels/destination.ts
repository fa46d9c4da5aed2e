/** Owns what goes into and comes out of a channel: destination and message in, the result of one attempt out. */
import type { AddressPolicy } from '@/lib/channels/address-policy'
import type { DeliveryResult } from '@/lib/channels/delivery-result'
import type { ResolveAll } from '@/lib/channels/pinned-lookup'
import type { ChannelKind, ChannelSettings } from '@/lib/domain/channel'
import type { Message } from '@/lib/domain/message'

/** Where to, with the secrets opened. */
export interface Destination {
  readonly kind: ChannelKind
  readonly url: string
  readonly secret: string
  readonly settings: ChannelSettings
}

/** One attempt to be made. */
export interface Outbound {
  /** The same on every attempt of a message. */
  readonly key: string
  readonly message: Message
  /** Time of this attempt, epoch ms. */
  readonly nowMs: number
}

export interface SendOptions {
  readonly policy: AddressPolicy
  readonly timeoutMs?: number
  readonly resolveAll?: ResolveAll
  readonly signal?: AbortSignal
}

/** What came of an attempt, and the start of the answer for the test button. */
export type Attempt = DeliveryResult & { readonly durationMs: number; readonly answer: string }

/** Sends one message. Never throws: a refused address, a silent or lying receiver are results. */
export type Sender = (destination: Destination, outbound: Outbound, options: SendOptions) => Promise<Attempt>

/** An HTTP request as a channel words it. */
export interface HttpCall {
  readonly url: string
  /** POST when absent. */
  readonly method?: 'GET' | 'POST'
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What an HTTP channel does: words the request, and reads what its answers mean where that is special. */
export interface HttpChannel {
  call(destination: Destination, outbound: Outbound): HttpCall
  /** null: the common table decides. */
  read?(status: number, answer: string): DeliveryResult | null
}
