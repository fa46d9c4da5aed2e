/** Owns measuring how long something took. A duration, never an instant: what time it is comes in from above. */

/** Starts measuring; the returned function gives the milliseconds since, whatever happens to the wall clock. */
export function startStopwatch(): () => number {
  const startedAt = process.hrtime.bigint()
  return () => Number(process.hrtime.bigint() - startedAt) / 1e6
}
