/** Owns Standard Webhooks signatures: secrets, and the headers that prove who sent a body. */
import { createHmac, randomBytes } from 'node:crypto'

const SECRET_PREFIX = 'whsec_'
const SECRET_BYTES = 32

/** A new signing secret: `whsec_` and base64 of 32 random bytes. */
export function newSigningSecret(): string {
  return SECRET_PREFIX + randomBytes(SECRET_BYTES).toString('base64')
}

/** Whether text is a secret that receivers can use: `whsec_` and base64 of 24 to 64 bytes. */
export function isSigningSecret(text: string): boolean {
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(text)) return false
  const { length } = Buffer.from(text.slice(SECRET_PREFIX.length), 'base64')
  return length >= 24 && length <= 64
}

/**
 * Headers for one attempt (standardwebhooks.com, symmetric scheme `v1`):
 * base64 of HMAC-SHA256 over `id.timestamp.body`.
 *
 * @param id the same on every attempt of a message
 * @param nowMs time of this attempt, epoch ms
 */
export function signatureHeaders(
  secret: string,
  id: string,
  nowMs: number,
  body: string,
): Record<string, string> {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')
  const timestamp = String(Math.floor(nowMs / 1_000))
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}
