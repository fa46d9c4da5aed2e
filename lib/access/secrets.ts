/** Owns making, hashing and comparing random secrets: session tokens, API keys, claim tokens. Stores nothing. */
import * as crypto from 'node:crypto'
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const API_KEY_PREFIX = 'plb_'
/** 192 bits: far beyond guessing, so a fast hash is the right one to store. */
const API_KEY_BYTES = 24
const SESSION_BYTES = 32
const CLAIM_BYTES = 16
/** Enough to recognise a key by, too little to help a guess. */
const SHOWN_CHARACTERS = API_KEY_PREFIX.length + 6

/** SHA-256 of a secret. */
export const digestOf: (secret: string) => Buffer =
  // A third of the time of the object, and every request pays it; Node has it from 20.12 on.
  typeof crypto.hash === 'function'
    ? (secret) => crypto.hash('sha256', secret, 'buffer')
    : (secret) => createHash('sha256').update(secret, 'utf8').digest()

/** SHA-256 of a secret, hex: the only form in which random secrets are stored. */
export function hashSecret(secret: string): string {
  return digestOf(secret).toString('hex')
}

/** Compares in constant time; lengths do not matter because digests are compared. */
export function isSameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digestOf(a), digestOf(b))
}

/** A new API key with the part of it that may be shown later. */
export function newApiKey(): { secret: string; prefix: string } {
  const secret = API_KEY_PREFIX + randomBytes(API_KEY_BYTES).toString('base64url')
  return { secret, prefix: secret.slice(0, SHOWN_CHARACTERS) }
}

export function newSessionToken(): string {
  return randomBytes(SESSION_BYTES).toString('base64url')
}

export function newClaimToken(): string {
  return randomBytes(CLAIM_BYTES).toString('base64url')
}
