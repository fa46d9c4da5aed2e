/** Owns what floods of wrong API keys are answered: 429 once their sender's allowance has run out, and one line in the log. */
import { readApiKey } from '@/lib/access/credentials'
import { createKeyThrottle, networkOf } from '@/lib/access/key-throttle'
import { ANONYMOUS } from '@/lib/access/principal'
import { AppError, isAppError } from '@/lib/domain/errors'
import { oncePer } from '@/lib/domain/once-per'
import type { HttpApp, Incoming } from '@/lib/http/exchange'

const throttleOf = oncePer((_app: HttpApp) => createKeyThrottle())

/**
 * @param error what the authentication threw
 * @returns the same, or `limited` in place of `unauthorized` while there are too many wrong keys from there
 */
export function brakeWrongKeys(
  app: HttpApp,
  incoming: Pick<Incoming, 'header' | 'remoteAddress'>,
  error: unknown,
): unknown {
  if (!isAppError(error) || error.details.reason !== 'bad_key') return error
  const address = incoming.remoteAddress
  const secret = readApiKey(incoming.header) ?? ''
  const { waitMs, isNew } = throttleOf(app).failed(secret, address, app.contextFor(ANONYMOUS).nowMs)
  if (waitMs === 0) return error
  if (isNew) app.logger.warn({ network: networkOf(address) }, 'many requests come with a wrong API key')
  return new AppError(
    'limited',
    'Too many requests came with a wrong API key. Requests with the right one are served all the same.',
    { reason: 'too_many_wrong_keys', retryAfterSeconds: Math.max(1, waitMs / 1_000) },
  )
}
