/** Owns the few forms that answers take. */
import type { Reply } from '@/lib/http/exchange'

const PLAIN: Reply['headers'] = { 'content-type': 'application/json' }

/** A JSON answer. `undefined` entries are left out. */
export function jsonReply(body: unknown, status = 200, headers?: Reply['headers']): Reply {
  const own = headers === undefined ? PLAIN : { ...PLAIN, ...headers }
  return { status, headers: own, body: JSON.stringify(body) }
}

/** Done, nothing to say. */
export function emptyReply(status = 204, headers: Reply['headers'] = {}): Reply {
  return { status, headers }
}
