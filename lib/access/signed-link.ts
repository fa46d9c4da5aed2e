/** Owns links that may do one thing to one alert without a session: how they are signed and read. Knows no alert and no page. */
import { createHmac, hkdfSync } from 'node:crypto'
import { isSameSecret } from '@/lib/access/secrets'

/** What a link can do. */
export const LINK_ACTIONS = ['acknowledge', 'silence', 'false_alarm'] as const
export type LinkAction = (typeof LINK_ACTIONS)[number]

/** What a link says, all of which is signed. */
export interface LinkClaim {
  readonly action: LinkAction
  readonly alertId: number
  /** The channel it was sent to. */
  readonly channelId: number
  readonly expiresMs: number
}

const FORM =
  /^(acknowledge|silence|false_alarm)\.([1-9]\d{0,14})\.([1-9]\d{0,14})\.([0-9a-z]{1,9})\.([\w-]{43})$/
const PURPOSE = 'plumbline signed link v1'

/**
 * The token of a link: readable claims and a signature of 256 bits.
 * @param secretKey the instance's key, 32 bytes; the one that signs is derived from it
 * @param subject what the alert is, so that an alert of the same number in another database is not it
 */
export function signLink(secretKey: Uint8Array, claim: LinkClaim, subject: string): string {
  const { action, alertId, channelId, expiresMs } = claim
  const seconds = Math.floor(expiresMs / 1_000).toString(36)
  const text = [action, alertId, channelId, seconds].join('.')
  return `${text}.${macOf(secretKey, text, subject)}`
}

/** What a token says, not yet checked; null for what is no token. */
export function readLink(token: string): LinkClaim | null {
  const [, action, alertId, channelId, seconds] = FORM.exec(token) ?? []
  if (action === undefined || seconds === undefined) return null
  return {
    action: action as LinkAction,
    alertId: Number(alertId),
    channelId: Number(channelId),
    expiresMs: Number.parseInt(seconds, 36) * 1_000,
  }
}

/** Whether this instance signed the token for this alert. */
export function isSignedLink(secretKey: Uint8Array, token: string, subject: string): boolean {
  const end = token.lastIndexOf('.')
  return isSameSecret(token.slice(end + 1), macOf(secretKey, token.slice(0, end), subject))
}

function macOf(secretKey: Uint8Array, text: string, subject: string): string {
  const key = Buffer.from(hkdfSync('sha256', secretKey, '', PURPOSE, 32))
  return createHmac('sha256', key).update(`${text}\n${subject}`).digest('base64url')
}
