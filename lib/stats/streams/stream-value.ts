/** Owns what a stream detector answers, and which values it takes. Knows no detector. */

/**
 * `up` and `down` say where the stream went; `not_finite`: the value was no finite number and was left out, with the state
 * as it was.
 */
export type StreamSignal = 'none' | 'up' | 'down' | 'not_finite'

/** Values further out than this count as this far: squares and sums of them stay finite, and they still signal. */
const FURTHEST = 1e100

/** The value as detectors take it, or null when it is no finite number. */
export function streamValue(value: number): number | null {
  if (typeof value !== 'number' || !Number.isFinite(value)) return null
  // Adding 0 turns -0 into 0: JSON knows no -0, and a stored state must come back as it was.
  return Math.min(FURTHEST, Math.max(-FURTHEST, value)) + 0
}
