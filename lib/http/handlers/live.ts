/** Owns the stream of server-sent events that tells open pages what changed. */
import * as z from 'zod'
import type { Handler } from '@/lib/http/exchange'
import { readQuery } from '@/lib/http/read-json'
import type { EventBus, LiveEvent } from '@/lib/runtime/events'

/** Proxies close streams that are silent for a minute. */
const HEARTBEAT_MS = 20_000
/** A page that does not read gets no backlog: changes only say "read again". */
const MAX_WAITING = 20

export const LiveQuery = z.object({
  since: z
    .string()
    .max(100)
    .optional()
    .describe('An `id` of this stream: what changed after it is told at once, each kind of change once'),
})

export const liveHandler: Handler = async (app, exchange) => {
  const { since } = readQuery(exchange, LiveQuery)
  // A browser that comes back after a break says what it heard last, and repeats the address as it was.
  const known = exchange.header('last-event-id') ?? since ?? null
  return {
    status: 200,
    headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
    body: eventStream(app.events, known, exchange.signal),
  }
}

async function* eventStream(
  events: EventBus,
  known: string | null,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const waiting: string[] = []
  let wake = () => {}
  // Before anything is awaited: nothing falls between what is told now and what is told later.
  const unsubscribe = events.subscribe((event, position) => {
    if (waiting.length < MAX_WAITING) waiting.push(`id: ${position}\n${inWire(event)}`)
    wake()
  })
  const missed = known === null ? [] : events.since(known)
  const hello = `retry: 3000\nid: ${events.position()}\n\n${missed.map(inWire).join('')}`
  const onAbort = () => wake()
  signal.addEventListener('abort', onAbort)
  try {
    yield hello
    while (!signal.aborted) {
      for (const event of waiting.splice(0)) yield event
      const isTimeUp = await new Promise<boolean>((resolve) => {
        const timer = setTimeout(() => resolve(true), HEARTBEAT_MS)
        wake = () => {
          clearTimeout(timer)
          resolve(false)
        }
        if (waiting.length > 0 || signal.aborted) wake()
      })
      if (isTimeUp) yield ': still here\n\n'
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    unsubscribe()
  }
}

function inWire({ type, model }: LiveEvent): string {
  return `event: ${type}\ndata: ${JSON.stringify({ model })}\n\n`
}
