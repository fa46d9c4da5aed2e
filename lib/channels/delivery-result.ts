/** Owns what one attempt came to: did it work, and is it worth trying again? One table for every channel. */
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@/lib/domain/time'

export type DeliveryResult =
  | { readonly outcome: 'delivered'; readonly status: number }
  | {
      readonly outcome: 'retry'
      readonly status: number | null
      readonly reason: string
      /** What the receiver asked for, capped; null when it asked for nothing. */
      readonly afterMs: number | null
      /** Only a person can mend this, so it is tried at a slow pace. */
      readonly slow: boolean
    }
  | { readonly outcome: 'give_up'; readonly status: number; readonly reason: string }

/** The receiver will never take messages again. */
export const GONE = 'gone'

const FIRST_DELAY_MS = 5 * SECOND_MS
const SLOW_DELAY_MS = 10 * MINUTE_MS
const MAX_DELAY_MS = HOUR_MS
/** A message that could not be delivered for this long is given up. */
export const GIVE_UP_AFTER_MS = 72 * HOUR_MS

/** What an HTTP status means for a message. 410 is the receiver saying: never again. */
export function readStatus(status: number, retryAfter: string | undefined, nowMs: number): DeliveryResult {
  if (status >= 200 && status < 300) return { outcome: 'delivered', status }
  if (status === 410) return { outcome: 'give_up', status, reason: GONE }
  if (status >= 300 && status < 400)
    return { outcome: 'retry', status, reason: 'redirect', afterMs: null, slow: true }
  const isTemporary = status >= 500 || status === 408 || status === 425 || status === 429
  const afterMs = isTemporary ? parseRetryAfter(retryAfter, nowMs) : null
  return { outcome: 'retry', status, reason: `http_${status}`, afterMs, slow: !isTemporary }
}

/** Milliseconds a Retry-After header asks for (seconds or a date), at most 1 h; null when it makes no sense. */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null
  const text = header.trim()
  const waitMs = /^\d+$/.test(text)
    ? Number(text) * SECOND_MS
    : /[a-z]/i.test(text)
      ? Date.parse(text) - nowMs
      : Number.NaN
  if (!Number.isFinite(waitMs) || waitMs < 0) return null
  return Math.min(waitMs, MAX_DELAY_MS)
}

/**
 * How long to wait before the next attempt: doubling from 5 s to 1 h, or what the receiver asked for, with jitter so
 * that messages held up together do not come back together.
 *
 * @param attempts attempts made so far, at least 1
 * @param jitter 0 … 1
 */
export function retryDelayMs(
  result: Extract<DeliveryResult, { outcome: 'retry' }>,
  attempts: number,
  jitter: number,
): number {
  if (result.afterMs !== null) return Math.round(Math.min(MAX_DELAY_MS, result.afterMs * (1 + 0.1 * jitter)))
  const doubled = FIRST_DELAY_MS * 2 ** Math.min(20, attempts - 1)
  const base = Math.min(MAX_DELAY_MS, result.slow ? Math.max(SLOW_DELAY_MS, doubled) : doubled)
  return Math.round(base * (0.8 + 0.2 * jitter))
}
