/** Owns who waits for whom when the cores are few: a sender waits for nobody. */
import { readdirSync } from 'node:fs'
import { getPriority, setPriority } from 'node:os'

/**
 * Priority (as `nice` counts it) of the worker and the renderer: an hour in which all models are judged, or twenty people
 * who look, take what the process that takes records leaves. Equal, for neither may starve the other. With a core to
 * spare it makes no difference.
 */
export const BEHIND_SENDERS = 5

/** On Linux a priority belongs to a thread. */
const THREADS = '/proc/self/task'

/** Lets this process, with all of its threads, take what senders leave. */
export function stepBehindSenders(): void {
  lower(0)
  // Those that collect garbage were there before, and would go on beside the senders' own on the other core.
  for (const thread of threadsHere()) lower(thread)
}

/** @param thread 0 for the one that calls */
function lower(thread: number): void {
  try {
    // Whoever started us lower meant it, and only an administrator may raise a priority.
    if (getPriority(thread) < BEHIND_SENDERS) setPriority(thread, BEHIND_SENDERS)
  } catch {
    // The thread ended meanwhile, or the system does not allow it: then all are equal.
  }
}

/** None where the system tells of none. */
function threadsHere(): number[] {
  try {
    return readdirSync(THREADS).map(Number)
  } catch {
    return []
  }
}
