/** Owns how the worker lets senders pass in the midst of long work, where the cores are few. */
import { stepAsideBy } from '@/lib/domain/step-aside'

/** Worked at a stretch: less than most of what a request waits for. */
const STRETCH_MS = 1
/** Any sleep will do. The system makes some fifty microseconds of it. */
const ASIDE_MS = 0.02
/** Nobody rings it: to wait for it is the one way to sleep within a step. */
const bell = new Int32Array(new SharedArrayBuffer(4))

/**
 * From now on long work sleeps for a moment about once a millisecond. A lower priority is not enough: whoever has a core
 * keeps it for a slice of milliseconds, and a request that takes two would wait for that at each of its steps.
 */
export function stepAsideForSenders(): void {
  let sinceMs = performance.now()
  stepAsideBy(() => {
    if (performance.now() - sinceMs < STRETCH_MS) return
    Atomics.wait(bell, 0, 0, ASIDE_MS)
    sinceMs = performance.now()
  })
}
