/** Owns which mail servers and mail addresses may be used: forms that cannot carry a header, ports and hosts by policy. */
import { isIP } from 'node:net'
import {
  type AddressPolicy,
  blocked,
  isAllowed,
  isBlockedAddress,
  isMetadataHost,
} from '@/lib/channels/address-policy'
import type { SendOptions } from '@/lib/channels/destination'
import { resolveBySystem } from '@/lib/channels/pinned-lookup'
import { AppError } from '@/lib/domain/errors'

/** Ports on which mail is handed in. */
const MAIL_PORTS: ReadonlySet<number> = new Set([25, 465, 587, 2525])
const MAX_RECEIVERS = 50

export interface MailServer {
  readonly host: string
  readonly port: number
}

/**
 * The mail server of `smtp://host:port` (587 when absent) or `smtps://host:port` (465).
 * @throws AppError `invalid` with `details.reason`: `invalid_url`, `port_not_allowed` or `address_blocked`
 */
export function checkMailServer(text: string, policy: AddressPolicy): MailServer {
  const parts = /^(smtps?):\/\/(\[[0-9a-f:.]+\]|[^\s:/?#@[\]\\]+)(?::(\d{1,5}))?\/?$/iu.exec(text)
  const [, scheme = '', rawHost = '', rawPort] = parts ?? []
  // Read as a web address once, so that odd ways to write an IP address become what they are.
  const read = `http://${rawHost}/`
  if (!parts || !URL.canParse(read)) {
    throw refuse('invalid_url', 'Write the mail server as smtp://host:587 or smtps://host:465.')
  }
  const host = new URL(read).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  const port = Number(rawPort ?? (scheme.toLowerCase() === 'smtps' ? 465 : 587))
  if (port < 1 || port > 65_535) throw refuse('invalid_url', 'That is no port.')
  const hostAllowed = isAllowed(host, policy)
  const isLocal = host === 'localhost' || host.endsWith('.localhost')
  const isClosed = isIP(host) === 0 ? isLocal && !hostAllowed : isBlockedAddress(host, policy, false)
  if (isClosed || isMetadataHost(host)) throw blocked(host)
  if (!MAIL_PORTS.has(port) && !hostAllowed) {
    throw refuse(
      'port_not_allowed',
      `Port ${port} is not open to outbound mail. Allow the host in PLUMBLINE_OUTBOUND_ALLOW.`,
    )
  }
  return { host, port }
}

/** The address to connect to: every answer of the name is checked, as for webhooks. */
export async function resolveChecked(host: string, options: SendOptions): Promise<string> {
  if (isIP(host) !== 0) return host
  const { policy, resolveAll = resolveBySystem } = options
  const addresses = await resolveAll(host)
  const hostAllowed = isAllowed(host, policy)
  const [first] = addresses
  if (!first || addresses.some(({ address }) => isBlockedAddress(address, policy, hostAllowed)))
    throw blocked(host)
  return first.address
}

/** A plain mail address, `someone@example.org`: no names, lists, quotes or line breaks. */
export function isMailAddress(text: string): boolean {
  return (
    text.length <= 254 &&
    /^[^\s\p{Cc}<>()[\]\\,;:"@]{1,64}@(?=[^@]{1,253}$)[\p{L}\p{N}](?:[\p{L}\p{N}.-]*[\p{L}\p{N}])?$/u.test(
      text,
    )
  )
}

/**
 * Receivers as stored.
 * @throws AppError `invalid` naming the address that is none
 */
export function parseReceivers(to: readonly string[]): string[] {
  const addresses = [...new Set(to.map((text) => text.trim()).filter((text) => text !== ''))]
  const wrong = addresses.find((text) => !isMailAddress(text))
  if (wrong !== undefined)
    throw new AppError('invalid', 'A receiver is no plain mail address like someone@example.org.', {
      field: 'to',
    })
  if (addresses.length === 0 || addresses.length > MAX_RECEIVERS)
    throw new AppError('invalid', `An email channel needs 1 to ${MAX_RECEIVERS} receivers.`, { field: 'to' })
  return addresses
}

function refuse(reason: string, message: string): AppError {
  return new AppError('invalid', message, { reason, field: 'url' })
}
