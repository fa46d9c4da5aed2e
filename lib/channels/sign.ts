/** Owns Standard Webhooks signatures: secrets, and the headers that prove who sent a body. */
import { createHmac, randomBytes } from 'node:crypto'

const SECRET_PREFIX = 'whsec_'
const SECRET_BYTES = 32
/** The new one and the old one, while receivers change over. */
const MAX_SECRETS = 2

/** A new signing secret: `whsec_` and base64 of 32 random bytes. */
export function newSigningSecret(): string {
  return SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64')
}

/** Whether text is what messages can be signed with: a secret, or two of them with a space between. */
export function areSigningSecrets(text: string): boolean {
  const secrets = text.split(' ')
  return secrets.length <= MAX_SECRETS && secrets.every(isSigningSecret)
}

/** Whether text is a secret that receivers can use: `whsec_` and base64 of 24 to 64 bytes. */
function isSigningSecret(text: string): boolean {
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(text)) return false
  const { length } = Buffer.from(text.slice(SECRET_PREFIX.length), 'base64')
  return length >= 24 && length <= 64
}

/**
 * Headers for one attempt (standardwebhooks.com, symmetric scheme `v1`):
 * base64 of HMAC-SHA256 over `id.timestamp.body`, once with each secret.
 *
 * @param secrets one, or two with a space between
 * @param id the same on every attempt of a message
 * @param nowMs time of this attempt, epoch ms
 */
export function signatureHeaders(
  secrets: string,
  id: string,
  nowMs: number,
  body: string,
): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1_000))
  const signatures = secrets.split(' ').map((secret) => {
    const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
