/** Owns the headers that every page carries: content security policy with a nonce a request, and its companions. */
import { randomBytes } from 'node:crypto'
import { commonHeaders } from '@/lib/http/common-headers'

export interface PageHeaders {
  /** Goes on the request too: Next reads the nonce from there and stamps it on its scripts. */
  readonly policy: string
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Headers of one page.
 * @param options `secure`: reached over https; `development`: Next's live reload needs eval and a web socket
 */
export function pageHeaders(options: { secure: boolean; development: boolean }): PageHeaders {
  const nonce = randomBytes(16).toString('base64')
  const policy = [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${options.development ? " 'unsafe-eval'" : ''}`,
    // Charts place their parts by style attributes, which no nonce can allow; styles cannot run code.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${options.development ? ' ws:' : ''}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
  return {
    policy,
    headers: {
      ...commonHeaders(options.secure),
      'content-security-policy': policy,
      'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
      'cross-origin-opener-policy': 'same-origin',
    },
  }
}
