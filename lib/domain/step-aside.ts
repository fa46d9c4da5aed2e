/** Owns stepping aside: long work behind senders lets them have the core in its midst, not only when it is done. */

/** Worked at a stretch: less than most of what a request waits for. */
const STRETCH_MS = 1
/** Any sleep will do. The system makes some fifty microseconds of it. */
const ASIDE_MS = 0.02
/** Nobody rings it: waiting for it is the one way to sleep within a step. */
const bell = new Int32Array(new SharedArrayBuffer(4))

let isBehind = false
let sinceMs = 0

/** Makes `stepAside` do so, in this process. */
export function stepAsideFromNowOn(): void {
  isBehind = true
}

/**
 * Stands between two pieces of long work; sleeps for a moment when it has been a stretch since the last time. A lower
 * priority is not enough: whoever has the core keeps it for a slice of milliseconds, which a request that takes two has to
 * wait for at each of its steps.
 */
export function stepAside(): void {
  if (!isBehind || performance.now() - sinceMs < STRETCH_MS) return
  Atomics.wait(bell, 0, 0, ASIDE_MS)
  sinceMs = performance.now()
}
