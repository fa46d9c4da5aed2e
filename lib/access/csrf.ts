/** Owns the check that a change asked for with a session cookie comes from our own pages. */
import type { HeaderReader } from '@/lib/access/credentials'
import type { Principal } from '@/lib/access/principal'
import { isSameSecret } from '@/lib/access/secrets'
import { AppError } from '@/lib/domain/errors'

export const CSRF_HEADER = 'x-csrf-token'
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Lets keys and safe methods pass; a signed-in person must send the session's token, from our own origin.
 * @throws AppError `forbidden` (reason `csrf`)
 */
export function requireCsrfToken(principal: Principal, method: string, header: HeaderReader): void {
  if (SAFE_METHODS.has(method)) return
  requireSameOrigin(header)
  if (principal.kind !== 'user') return
  const token = header(CSRF_HEADER)
  if (token === null || !isSameSecret(token, principal.csrfToken)) throw refused()
}

/**
 * For changes before there is a session (signing in, claiming): only the origin can be checked.
 * Requests that are not from a browser send neither header and pass.
 * @throws AppError `forbidden` (reason `csrf`)
 */
export function requireSameOrigin(header: HeaderReader): void {
  const site = header('sec-fetch-site')
  if (site !== null && site !== 'same-origin' && site !== 'none') throw refused()
  const origin = header('origin')
  if (origin === null) return
  const host = header('host')
  if (!URL.canParse(origin) || new URL(origin).host !== host) throw refused()
}

function refused(): AppError {
  return new AppError(
    'forbidden',
    'This request did not come from a page of this instance. Reload the page and try again.',
    {
      reason: 'csrf',
    },
  )
}
