/** Owns how links that act stand in the body of a generic webhook. */
import type { MessageAct } from '@/lib/domain/message'
import { toRfc3339 } from '@/lib/domain/time'

/** Addresses of pages on which a person can act, until `expires_at`; nothing where there are none. */
export function actsOf(acts: readonly MessageAct[]): object {
  const [first] = acts
  if (!first) return {}
  const links = Object.fromEntries(acts.map(({ action, url }) => [action, url]))
  return { acts: { ...links, expires_at: toRfc3339(first.expiresMs) } }
}
