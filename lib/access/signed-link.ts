/** Owns links that may do one thing without a session, to one alert or to those told in one message: how they are signed and read. */
import { createHmac, hkdfSync } from 'node:crypto'
import { isSameSecret } from '@/lib/access/secrets'

/** What a link can do. */
export const LINK_ACTIONS = ['acknowledge', 'silence', 'false_alarm'] as const
export type LinkAction = (typeof LINK_ACTIONS)[number]

/** What a link acts on: an alert, all alerts that one message told of, or an alert of Plumbline about itself. */
export const LINK_SUBJECTS = ['alert', 'group', 'self'] as const
export type LinkSubject = (typeof LINK_SUBJECTS)[number]

/** What a link says, all of which is signed. */
export interface LinkClaim {
  readonly action: LinkAction
  readonly about: LinkSubject
  /** Of the alert; of a group, that of its message. */
  readonly id: number
  /** The channel it was sent to. */
  readonly channelId: number
  readonly expiresMs: number
}

const FORM =
  /^(acknowledge|silence|false_alarm)\.([gs]?)([1-9]\d{0,14})\.([1-9]\d{0,14})\.([0-9a-z]{1,9})\.([\w-]{43})$/
/** Before the number; numbers of one kind say nothing about another. */
const SIGNS: Readonly<Record<LinkSubject, string>> = { alert: '', group: 'g', self: 's' }
const PURPOSE = 'plumbline signed link v1'

/**
 * The token of a link: readable claims and a signature of 256 bits.
 * @param secretKey the instance's key, 32 bytes; the one that signs is derived from it
 * @param subject what it acts on, in words, so that what has the same number in another database is not it
 */
export function signLink(secretKey: Uint8Array, claim: LinkClaim, subject: string): string {
  const { action, about, id, channelId, expiresMs } = claim
  const seconds = Math.floor(expiresMs / 1_000).toString(36)
  const text = [action, `${SIGNS[about]}${id}`, channelId, seconds].join('.')
  return `${text}.${macOf(secretKey, text, subject)}`
}

/** What a token says, not yet checked; null for what is no token. */
export function readLink(token: string): LinkClaim | null {
  const [, action, sign, id, channelId, seconds] = FORM.exec(token) ?? []
  const about = LINK_SUBJECTS.find((subject) => SIGNS[subject] === sign)
  if (action === undefined || about === undefined || seconds === undefined) return null
  // What is true of one alert need not be of all that were told with it.
  if (action === 'false_alarm' && about !== 'alert') return null
  return {
    action: action as LinkAction,
    about,
    id: Number(id),
    channelId: Number(channelId),
    expiresMs: Number.parseInt(seconds, 36) * 1_000,
  }
}

/** Whether this instance signed the token for what it acts on. */
export function isSignedLink(secretKey: Uint8Array, token: string, subject: string): boolean {
  const end = token.lastIndexOf('.')
  return isSameSecret(token.slice(end + 1), macOf(secretKey, token.slice(0, end), subject))
}

function macOf(secretKey: Uint8Array, text: string, subject: string): string {
  const key = Buffer.from(hkdfSync('sha256', secretKey, '', PURPOSE, 32))
  return createHmac('sha256', key).update(`${text}\n${subject}`).digest('base64url')
}
