/** Owns what each kind of channel needs before it may be saved: address, secret, settings. Resolves no names. */
import { type AddressPolicy, checkDestination, isAllowed } from '@/lib/channels/address-policy'
import { checkMailServer, isMailAddress, parseReceivers } from '@/lib/channels/mail-address'
import { isRoutingKey, PAGERDUTY_URL } from '@/lib/channels/pagerduty'
import { areSigningSecrets, newSigningSecret } from '@/lib/channels/sign'
import type { ChannelKind, ChannelSettings } from '@/lib/domain/channel'
import { AppError } from '@/lib/domain/errors'

/** What somebody filled in. */
export interface DestinationWish {
  readonly kind: ChannelKind
  readonly url?: string
  readonly secret?: string
  readonly settings?: ChannelSettings
}

/** What is stored; address and secret are sealed first. */
export interface ParsedDestination {
  readonly host: string
  readonly url: string
  readonly secret: string
  readonly settings: ChannelSettings
}

type Parse = (wish: DestinationWish, policy: AddressPolicy) => ParsedDestination

const PARSERS: Readonly<Record<ChannelKind, Parse>> = {
  webhook: parseSigned,
  alertmanager_webhook: parseSigned,
  slack: parseAddressOnly,
  teams: parseAddressOnly,
  pagerduty: parsePagerduty,
  alertmanager: parseAlertmanager,
  email: parseEmail,
}

/** Kinds whose secret goes over the wire: it must be given again when the address changes. */
export const SENDS_ITS_SECRET: ReadonlySet<ChannelKind> = new Set(['pagerduty', 'alertmanager', 'email'])

/** @throws AppError `invalid` naming the field, with the reason of the address policy where it is the address */
export function parseDestination(wish: DestinationWish, policy: AddressPolicy): ParsedDestination {
  const parsed = PARSERS[wish.kind](wish, policy)
  // Kept only where somebody decided against it.
  return wish.settings?.links === false
    ? { ...parsed, settings: { ...parsed.settings, links: false } }
    : parsed
}

function parseSigned(wish: DestinationWish, policy: AddressPolicy): ParsedDestination {
  const secret = wish.secret?.trim() || newSigningSecret()
  if (!areSigningSecrets(secret))
    throw new AppError(
      'invalid',
      'The secret must be whsec_ and base64 of 24 to 64 bytes; while a receiver changes over, the new and the old one with a space between.',
      { field: 'secret' },
    )
  return { ...parseAddressOnly(wish, policy), secret }
}

function parseAddressOnly({ url }: DestinationWish, policy: AddressPolicy): ParsedDestination {
  const { host, href } = checkDestination((url ?? '').trim(), policy)
  return { host, url: href, secret: '', settings: {} }
}

function parsePagerduty(wish: DestinationWish, policy: AddressPolicy): ParsedDestination {
  const secret = (wish.secret ?? '').trim()
  if (!isRoutingKey(secret))
    throw new AppError('invalid', 'The routing key of PagerDuty has 32 letters and digits.', {
      field: 'secret',
    })
  return { ...parseAddressOnly({ ...wish, url: wish.url?.trim() || PAGERDUTY_URL }, policy), secret }
}

function parseAlertmanager(wish: DestinationWish, policy: AddressPolicy): ParsedDestination {
  const secret = (wish.secret ?? '').trim()
  if (!/^[\x21-\x7e]{0,1000}$/.test(secret))
    throw new AppError('invalid', 'The secret is a token, or user:password, without spaces.', {
      field: 'secret',
    })
  return { ...parseAddressOnly(wish, policy), secret }
}

function parseEmail(wish: DestinationWish, policy: AddressPolicy): ParsedDestination {
  const { url = '', secret = '', settings = {} } = wish
  const server = checkMailServer(url.trim(), policy)
  const from = settings.from?.trim() ?? ''
  if (!isMailAddress(from))
    throw new AppError('invalid', 'The sender must be a plain mail address like alerts@example.org.', {
      field: 'from',
    })
  const username = settings.username?.trim() || undefined
  if (/[\p{Cc}]/u.test(`${username ?? ''}${secret}`))
    throw new AppError('invalid', 'User name and password must not hold control characters.', {
      field: 'username',
    })
  const isImplicit = url.trim().toLowerCase().startsWith('smtps:')
  const security = isImplicit ? 'tls' : (settings.security ?? (server.port === 465 ? 'tls' : 'starttls'))
  if (security === 'none' && username !== undefined && !isAllowed(server.host, policy))
    throw new AppError('invalid', 'A password would travel in the clear: use TLS.', { field: 'security' })
  const host = server.host.includes(':') ? `[${server.host}]` : server.host
  return {
    host: `${host}:${server.port}`,
    url: `${security === 'tls' ? 'smtps' : 'smtp'}://${host}:${server.port}`,
    secret: username === undefined ? '' : secret,
    settings: { from, to: parseReceivers(settings.to ?? []), username, security },
  }
}
