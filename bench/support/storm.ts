/** Owns the storm: requests that are sent at a fixed rate, whatever the server does with them, and what became of each. */
import { Connection } from '@/bench/support/connection'

export interface StormPlan {
  readonly url: string
  readonly headers: Record<string, string>
  readonly requestsPerSecond: number
  readonly seconds: number
  /** Connections at most. */
  readonly connections: number
  /** Requests under way on one of them at once, 1 by default: what is due beyond all of these is not sent. */
  readonly perConnection?: number
  /** Body of request `n`. */
  readonly bodyOf: (n: number) => Buffer
}

export interface StormResult {
  /** Requests by the number that `bodyOf` was given. */
  readonly acknowledged: readonly number[]
  readonly refused: readonly number[]
  /** Sent, but the connection ended before an answer: they may be stored or not. */
  readonly unanswered: readonly number[]
  /** Answers that are neither 200 nor 503 with Retry-After, by status. */
  readonly strange: ReadonlyMap<string, number>
  /** Milliseconds of those that were acknowledged, and of those that were refused. */
  readonly acknowledgedMs: readonly number[]
  readonly refusedMs: readonly number[]
  /** Due but never sent, because all connections were busy. */
  readonly notSent: number
  readonly seconds: number
}

const TICK_MS = 5

/** Sends at the planned rate until its time is over, then waits for all answers. */
export async function runStorm(plan: StormPlan): Promise<StormResult> {
  const acknowledged: number[] = []
  const refused: number[] = []
  const unanswered: number[] = []
  const strange = new Map<string, number>()
  const acknowledgedMs: number[] = []
  const refusedMs: number[] = []
  const lines: Line[] = []
  const underWay = new Set<Promise<void>>()
  let sent = 0
  let notSent = 0

  const send = async (n: number) => {
    const line = freeLine(lines, plan)
    line.underWay++
    const sentMs = performance.now()
    const { status, retryAfter } = await line.connection.ask(plan.bodyOf(n))
    line.underWay--
    const tookMs = performance.now() - sentMs
    if (status === 200) {
      acknowledged.push(n)
      acknowledgedMs.push(tookMs)
    } else if (status === 503 && retryAfter !== null) {
      refused.push(n)
      refusedMs.push(tookMs)
    } else {
      if (status === 0) unanswered.push(n)
      const kind = status === 0 ? 'connection ended' : `${status}`
      strange.set(kind, (strange.get(kind) ?? 0) + 1)
    }
    if (status === 0) drop(lines, line)
  }

  const startedMs = performance.now()
  let due = 0
  for (;;) {
    const elapsed = (performance.now() - startedMs) / 1_000
    if (elapsed >= plan.seconds) break
    for (const wanted = Math.floor(elapsed * plan.requestsPerSecond); due < wanted; due++) {
      if (underWay.size >= plan.connections * (plan.perConnection ?? 1)) {
        notSent++
        continue
      }
      const one = send(sent++).finally(() => underWay.delete(one))
      underWay.add(one)
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS))
  }
  await Promise.all(underWay)
  const seconds = (performance.now() - startedMs) / 1_000
  for (const { connection } of lines) connection.close()
  return {
    acknowledged,
    refused,
    unanswered,
    strange,
    acknowledgedMs,
    refusedMs,
    notSent,
    seconds,
  }
}

interface Line {
  readonly connection: Connection
  underWay: number
}

/**
 * A connection with nothing under way; else a new one while there may be more; else the next one that has room. There is
 * one, because no more is sent than all of them may hold.
 */
function freeLine(lines: Line[], { url, headers, connections, perConnection = 1 }: StormPlan): Line {
  const isWhole = lines.length >= connections
  for (let i = 0; i < lines.length; i++) {
    const line = lines.shift() as Line
    lines.push(line)
    if (line.underWay === 0 || (isWhole && line.underWay < perConnection)) return line
    if (!isWhole) break
  }
  const line = { connection: new Connection(url, headers), underWay: 0 }
  lines.push(line)
  return line
}

function drop(lines: Line[], line: Line): void {
  const at = lines.indexOf(line)
  if (at >= 0) lines.splice(at, 1)
  line.connection.close()
}
