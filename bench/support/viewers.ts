/** Owns people who watch: each loads a page and asks for a verdict, again and again, with a pause in between. */
import type { Cookie } from '@/bench/support/judged-month'

export interface Watching {
  /** Milliseconds of every page that was loaded, and of every answer of the API. */
  readonly pageMs: number[]
  readonly apiMs: number[]
  /** Answers other than 200, by status. */
  readonly strange: Map<number, number>
  /** Lets all end what they are at. */
  stop(): Promise<void>
}

/**
 * @param count people, who begin one after another within one pause
 * @param everyMs from one page to the next of the same person
 */
export function watch(plan: {
  readonly url: string
  readonly cookie: Cookie
  readonly paths: readonly string[]
  readonly apiPaths: readonly string[]
  readonly count: number
  readonly everyMs: number
}): Watching {
  const { url, cookie, count, everyMs } = plan
  const headers = { cookie: `${cookie.name}=${cookie.value}` }
  const pageMs: number[] = []
  const apiMs: number[] = []
  const strange = new Map<number, number>()
  let isOver = false

  const load = async (path: string, times: number[]) => {
    const sentMs = performance.now()
    const response = await fetch(url + path, { headers, redirect: 'manual' })
    await response.arrayBuffer()
    times.push(performance.now() - sentMs)
    if (response.status !== 200) strange.set(response.status, (strange.get(response.status) ?? 0) + 1)
  }
  const person = async (i: number) => {
    await pause((i / count) * everyMs)
    for (let round = i; !isOver; round++) {
      const beganMs = performance.now()
      await load(plan.paths[round % plan.paths.length] ?? '/', pageMs)
      for (const path of plan.apiPaths) await load(path, apiMs)
      await pause(Math.max(0, everyMs - (performance.now() - beganMs)))
    }
  }
  const people = Array.from({ length: count }, (_, i) => person(i))
  return {
    pageMs,
    apiMs,
    strange,
    async stop() {
      isOver = true
      await Promise.all(people)
    },
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
