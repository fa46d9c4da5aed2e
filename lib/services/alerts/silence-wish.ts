/** Owns the check of how long and why somebody wants one alert to be quiet. */
import { AppError } from '@/lib/domain/errors'
import { DEFAULT_SILENCE_MS, MAX_REASON_LENGTH, MAX_SILENCE_MS, MIN_SILENCE_MS } from '@/lib/domain/silence'

export interface SilenceWish {
  /** One minute to 30 days; 4 h when absent. */
  readonly durationMs?: number
  /** 1–500 characters. */
  readonly reason: string
}

/** @throws AppError `invalid` naming the field */
export function parseSilenceWish(wish: SilenceWish): { durationMs: number; reason: string } {
  const durationMs = wish.durationMs ?? DEFAULT_SILENCE_MS
  const reason = wish.reason.trim()
  if (reason === '' || reason.length > MAX_REASON_LENGTH) {
    throw new AppError('invalid', 'Say why, in at most 500 characters.', {
      field: 'reason',
      limit: MAX_REASON_LENGTH,
    })
  }
  if (!Number.isFinite(durationMs) || durationMs < MIN_SILENCE_MS || durationMs > MAX_SILENCE_MS) {
    throw new AppError('invalid', 'A silence lasts from one minute to 30 days.', {
      field: 'duration',
      limit: MAX_SILENCE_MS,
    })
  }
  return { durationMs, reason }
}
