/** Owns channel addresses and secrets at rest: sealed with the instance's key where there is one. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { ChannelWithSecret } from '@/db/contracts/notification-records'
import type { Context } from '@/lib/access/context'
import { AppError } from '@/lib/domain/errors'

const PREFIX = 'sealed:v1:'
const IV_BYTES = 12
const TAG_BYTES = 16

type Keyring = Pick<Context, 'secretKey'>

/** Text as it is stored: AES-256-GCM under the instance's key, or plain when the instance has none. */
export function seal({ secretKey }: Keyring, text: string): string {
  if (!secretKey) return text
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv('aes-256-gcm', secretKey, iv)
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return PREFIX + Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64')
}

/** @throws AppError `unavailable` when the key is missing or not the one it was sealed with */
export function unseal({ secretKey }: Keyring, stored: string): string {
  if (!stored.startsWith(PREFIX)) return stored
  const bytes = Buffer.from(stored.slice(PREFIX.length), 'base64')
  try {
    if (!secretKey) throw new Error('no key')
    const decipher = createDecipheriv('aes-256-gcm', secretKey, bytes.subarray(0, IV_BYTES))
    decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    return decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
  } catch {
    throw new AppError(
      'unavailable',
      'The channel was stored under another key: restore data/secret.key or add it again.',
      { reason: 'stored_under_another_key' },
    )
  }
}

/** A channel ready to send with. */
export function openChannel(ctx: Keyring, stored: ChannelWithSecret): ChannelWithSecret {
  return { ...stored, url: unseal(ctx, stored.url), secret: unseal(ctx, stored.secret) }
}

/** Shorter than this it gives nothing away, and would be found everywhere. */
const LEAST_HIDDEN = 6

/**
 * An answer of a receiver as it may be shown. Many say again what they were asked, as `Cannot POST /services/T1/B2/…`, and
 * of an address no more than the host is ever shown.
 */
export function hideSecrets(
  answer: string,
  { url, secret, settings }: Pick<ChannelWithSecret, 'url' | 'secret' | 'settings'>,
): string {
  const { pathname, search } = new URL(url)
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const said = [
    pathname + search,
    pathname,
    search.slice(1),
    secret,
    base64(secret),
    base64(`\0${settings.username ?? ''}\0${secret}`),
    secret.slice(secret.indexOf(':') + 1),
  ]
  return said
    .filter(({ length }) => length >= LEAST_HIDDEN)
    .reduce((text, one) => text.replaceAll(one, '…'), answer)
}
