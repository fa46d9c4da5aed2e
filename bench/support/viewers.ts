/** Owns starting and stopping people who watch; what they do stands in `watching-people.mjs`. */
import { fork } from 'node:child_process'
import type { Cookie } from '@/bench/support/judged-month'

export interface WatchPlan {
  readonly url: string
  readonly cookie: Cookie
  readonly paths: readonly string[]
  readonly apiPaths: readonly string[]
  /** People, who begin one after another within one pause. */
  readonly count: number
  /** From one page to the next of the same person. */
  readonly everyMs: number
}

export interface Watched {
  /** Milliseconds of every page that was loaded, and of every answer of the API. */
  readonly pageMs: readonly number[]
  readonly apiMs: readonly number[]
  /** Answers other than 200: status and how many. */
  readonly strange: readonly (readonly [number, number])[]
}

/** @returns what lets all end what they are at, and tells what they saw */
export function watch(plan: WatchPlan): () => Promise<Watched> {
  const people = fork('bench/support/watching-people.mjs', { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  people.send(plan)
  return () =>
    new Promise((resolve, reject) => {
      people.once('message', (seen) => resolve(seen as Watched))
      people.once('exit', (code) => reject(new Error(`the people who watch ended with ${code}`)))
      people.send('stop')
    })
}
