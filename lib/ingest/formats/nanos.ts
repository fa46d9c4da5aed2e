/** Owns turning nanoseconds into milliseconds. */

/**
 * Whole milliseconds since 1970. A double holds nanoseconds of today to about 0.1 microseconds only, and cutting such
 * a value would lose a millisecond now and then: it is rounded to microseconds first.
 */
export function msOfNanos(nanos: number): number {
  return Math.floor(Math.round(nanos / 1e3) / 1e3)
}
