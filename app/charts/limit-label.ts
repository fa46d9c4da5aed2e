/** Owns on which side of its line the word of a limit stands, so that it hides no values. Knows no drawing. */
import type { ChartPoint } from '@/lib/queries/chart-point'

/** The part of the axis, at its end, that the word covers on a phone. */
const COVERED = 0.25
/** Pixels that the word is high, with the room to its line. */
const HEIGHT = 18

/**
 * Above the line, unless the newest values lie there and there is more room beneath.
 * @param scale what an axis shows: its ends in time, its lowest and highest value, and the pixels between these
 */
export function limitSide(
  points: readonly ChartPoint[],
  limit: number,
  scale: {
    readonly startMs: number
    readonly endMs: number
    readonly low: number
    readonly high: number
    readonly pixels: number
  },
): 'above' | 'below' {
  const { startMs, endMs, low, high, pixels } = scale
  const strip = ((high - low) * HEIGHT) / pixels
  if (limit - low < strip) return 'above'
  if (high - limit < strip) return 'below'
  const fromMs = endMs - (endMs - startMs) * COVERED
  const covered = points.flatMap(({ value, endMs: until }) =>
    value !== null && until > fromMs ? [value] : [],
  )
  const above = covered.filter((value) => value >= limit && value <= limit + strip).length
  const below = covered.filter((value) => value < limit && value >= limit - strip).length
  return above > below ? 'below' : 'above'
}
