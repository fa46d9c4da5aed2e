/** Owns finding out who sends a request: by API key, else by session cookie. Knows no route and no status code. */
import { timingSafeEqual } from 'node:crypto'
import type { AccessRecords, ApiKey } from '@/db/contracts/access-records'
import { type HeaderReader, readApiKey } from '@/lib/access/credentials'
import { ANONYMOUS, type Principal } from '@/lib/access/principal'
import { digestOf, hashSecret } from '@/lib/access/secrets'
import { isSessionOver, readSessionToken, TOUCH_EVERY_MS } from '@/lib/access/session'
import { AppError } from '@/lib/domain/errors'

/** A revoked key works for at most this long in processes that saw it before. */
const KEY_CACHE_MS = 500
/** Keys are few; the bound only keeps an attack from filling memory. */
const MAX_CACHED_KEYS = 1_000

type KeyPrincipal = Extract<Principal, { kind: 'key' }>

/** The key that is fixed by the environment. */
const OPERATOR: KeyPrincipal = {
  kind: 'key',
  keyId: 0,
  name: 'PLUMBLINE_ADMIN_KEY',
  scopes: ['admin', 'ingest', 'read'],
}

function principalOf(key: ApiKey): KeyPrincipal {
  const { recordsPerSecond, bytesPerSecond } = key
  const isLimited = recordsPerSecond !== null || bytesPerSecond !== null
  return {
    kind: 'key',
    keyId: key.id,
    name: key.name,
    scopes: key.scopes,
    clientId: key.clientId ?? key.id,
    ...(isLimited ? { quota: { recordsPerSecond, bytesPerSecond } } : {}),
  }
}

export interface Authenticator {
  /**
   * @returns the anonymous principal when there are no credentials, or only a session that is over; at once where
   *   nothing has to be read, as for a key that was right a moment ago
   * @throws AppError `unauthorized` for an API key that is wrong or revoked
   */
  authenticate(header: HeaderReader, nowMs: number): Principal | Promise<Principal>
  /** Writes down which keys were used since the last call. */
  flush(): Promise<void>
}

/** @param options `adminKey` is the key fixed by the operator, which is in no store; `publicUrl` decides the cookie's name */
export function createAuthenticator(options: {
  records: AccessRecords
  adminKey: string | null
  publicUrl: () => string
}): Authenticator {
  const { records, adminKey, publicUrl } = options
  const adminDigest = adminKey === null ? null : digestOf(adminKey)
  /** Keys that were right a moment ago, by themselves: to digest one costs a small request a fiftieth of its time. */
  const cache = new Map<string, { principal: KeyPrincipal; readMs: number }>()
  const lastUsed = new Map<number, number>()

  async function findKey(secret: string, nowMs: number): Promise<KeyPrincipal | null> {
    const digest = digestOf(secret)
    if (adminDigest !== null && timingSafeEqual(digest, adminDigest)) return OPERATOR
    const key = secret === '' ? null : await records.findKeyByHash(digest.toString('hex'))
    if (!key || key.revokedMs !== null || (key.expiresMs !== null && key.expiresMs <= nowMs)) return null
    return principalOf(key)
  }

  function byKey(secret: string, nowMs: number): Principal | Promise<Principal> {
    const cached = cache.get(secret)
    if (!cached || nowMs < cached.readMs || nowMs - cached.readMs >= KEY_CACHE_MS)
      return byStoredKey(secret, nowMs)
    return used(cached.principal, nowMs)
  }

  async function byStoredKey(secret: string, nowMs: number): Promise<Principal> {
    const principal = await findKey(secret, nowMs)
    cache.delete(secret)
    if (!principal)
      throw new AppError('unauthorized', 'This API key does not exist or was revoked.', { reason: 'bad_key' })
    if (cache.size >= MAX_CACHED_KEYS) cache.clear()
    cache.set(secret, { principal, readMs: nowMs })
    return used(principal, nowMs)
  }

  function used(principal: KeyPrincipal, nowMs: number): Principal {
    if (principal !== OPERATOR) lastUsed.set(principal.keyId, nowMs)
    return principal
  }

  async function bySession(token: string, nowMs: number): Promise<Principal> {
    const found = await records.findSession(hashSecret(token))
    if (!found) return ANONYMOUS
    const { session, user } = found
    if (isSessionOver(session, nowMs)) {
      await records.deleteSession(session.tokenHash)
      return ANONYMOUS
    }
    if (nowMs - session.lastSeenMs >= TOUCH_EVERY_MS) await records.touchSession(session.tokenHash, nowMs)
    return { kind: 'user', userId: user.id, name: user.name, role: user.role, csrfToken: session.csrfToken }
  }

  return {
    authenticate(header, nowMs) {
      const secret = readApiKey(header)
      if (secret !== null) return byKey(secret, nowMs)
      const token = readSessionToken(publicUrl(), header('cookie'))
      return token === null ? ANONYMOUS : bySession(token, nowMs)
    },
    async flush() {
      if (lastUsed.size === 0) return
      const used = [...lastUsed].map(([keyId, atMs]) => ({ keyId, atMs }))
      lastUsed.clear()
      await records.touchKeys(used)
    },
  }
}
