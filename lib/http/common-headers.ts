/** Owns the headers that every answer carries, whether page, file, API, health check or refusal. */

/** @param secure whether the instance is reached over https */
export function commonHeaders(secure: boolean): Readonly<Record<string, string>> {
  return secure ? SECURE : PLAIN
}

const PLAIN: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

const SECURE: Readonly<Record<string, string>> = { ...PLAIN, 'strict-transport-security': 'max-age=31536000' }

/** The headers of every answer of the API, on an object of its own that its caller may add to. */
export function apiHeaders(secure: boolean): Record<string, string | readonly string[]> {
  return secure ? { ...SECURE_API } : { ...PLAIN_API }
}

/** What is no page may do nothing, should a browser ever show it as one. */
export const INERT: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}

const PLAIN_API: Readonly<Record<string, string>> = { ...PLAIN, ...INERT }
const SECURE_API: Readonly<Record<string, string>> = { ...SECURE, ...INERT }
