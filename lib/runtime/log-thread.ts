/** Owns where the program of the thread that writes the log lies: built beside the server's. */
import type { OpenScribe } from '@/db/sqlite/log/scribe'
import { threadScribe } from '@/db/sqlite/log/thread-scribe'

/** @param server address of the built server */
export function logThreadBeside(server: string): OpenScribe {
  return threadScribe(new URL('./log-thread.js', server))
}
