/** Owns the life of a browser session: how long it lasts, its cookie, its start. Knows no HTTP beyond header text. */
import type { Session, User } from '@/db/contracts/access-records'
import { hashSecret, newSessionToken } from '@/lib/access/secrets'
import { HOUR_MS } from '@/lib/domain/time'

const IDLE_MS = 12 * HOUR_MS
const LONGEST_MS = 7 * 24 * HOUR_MS
/** The time of last use is written at most this often: a page makes many requests. */
export const TOUCH_EVERY_MS = 60_000

const PLAIN_NAME = 'plumbline_session'
/** Browsers accept a `__Host-` cookie only over https, for the whole host, and from no subdomain. */
const SECURE_NAME = `__Host-${PLAIN_NAME}`

/** What a sign-in gives: the token goes into the cookie and is stored nowhere. */
export interface StartedSession {
  readonly token: string
  readonly session: Session
  readonly user: Pick<User, 'id' | 'name' | 'role'>
}

/** A new session of a user, not stored yet. */
export function startSession(user: User, nowMs: number): StartedSession {
  const token = newSessionToken()
  return {
    token,
    session: {
      tokenHash: hashSecret(token),
      userId: user.id,
      csrfToken: newSessionToken(),
      createdMs: nowMs,
      lastSeenMs: nowMs,
      expiresMs: nowMs + LONGEST_MS,
    },
    user: { id: user.id, name: user.name, role: user.role },
  }
}

export function isSessionOver(session: Session, nowMs: number): boolean {
  return nowMs >= session.expiresMs || nowMs - session.lastSeenMs >= IDLE_MS
}

/** Value of `Set-Cookie` that hands the token to the browser. */
export function sessionCookie(publicUrl: string, started: StartedSession): string {
  const seconds = Math.floor((started.session.expiresMs - started.session.createdMs) / 1_000)
  return cookie(publicUrl, started.token, seconds)
}

/** Value of `Set-Cookie` that takes the token away. */
export function clearedSessionCookie(publicUrl: string): string {
  return cookie(publicUrl, '', 0)
}

/** The session token in a `Cookie` header, or null. */
export function readSessionToken(publicUrl: string, cookieHeader: string | null): string | null {
  const wanted = `${cookieName(publicUrl)}=`
  for (const part of (cookieHeader ?? '').split(';')) {
    const text = part.trim()
    if (text.startsWith(wanted) && text.length > wanted.length) return text.slice(wanted.length)
  }
  return null
}

function isSecure(publicUrl: string): boolean {
  return publicUrl.startsWith('https:')
}

function cookieName(publicUrl: string): string {
  return isSecure(publicUrl) ? SECURE_NAME : PLAIN_NAME
}

function cookie(publicUrl: string, value: string, maxAgeSeconds: number): string {
  const secure = isSecure(publicUrl) ? '; Secure' : ''
  return `${cookieName(publicUrl)}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`
}
