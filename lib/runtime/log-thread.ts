/** Owns whether a thread of its own writes the log, and where its program lies: built beside the server's. */
import { availableParallelism } from 'node:os'
import type { OpenScribe } from '@/db/sqlite/log/scribe'
import { threadScribe } from '@/db/sqlite/log/thread-scribe'

/**
 * On two cores, which senders and the worker share too, handing each commit over costs more than it wins: 8 % of the
 * single records a second, measured. With more, the thread that answers requests no longer waits for the disk.
 */
const CORES_WITHOUT_THREAD = 2

/**
 * @param server address of the built server
 * @returns undefined where the thread that answers requests had better write itself
 */
export function logThreadBeside(server: string): OpenScribe | undefined {
  if (availableParallelism() <= CORES_WITHOUT_THREAD) return undefined
  return threadScribe(new URL('./log-thread.js', server))
}
