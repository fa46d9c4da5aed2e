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

/** What is no page may do nothing, should a browser ever show it as one. */
export const INERT: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}
