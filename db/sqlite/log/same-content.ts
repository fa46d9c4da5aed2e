/** Owns when two records with the same id say the same: a resend, not a conflict. */
import type { PredictionRecord } from '@/lib/domain/record'

function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const left = Object.entries(a)
  if (left.length !== Object.keys(b).length) return false
  return left.every(
    ([key, value]) => Object.hasOwn(b, key) && sameValue(value, (b as Record<string, unknown>)[key]),
  )
}

/**
 * Whether a stored line and a new record say the same. The order of keys does not matter, and neither does
 * the time when both only have the time of their arrival.
 * @param line stored JSON
 * @param text the new record as JSON
 */
export function isSameContent(line: string, text: string): boolean {
  if (line === text) return true
  const stored = JSON.parse(line) as PredictionRecord
  const sent = JSON.parse(text) as PredictionRecord
  if (stored.ta === 1 && sent.ta === 1) sent.at = stored.at
  return sameValue(stored, sent)
}
