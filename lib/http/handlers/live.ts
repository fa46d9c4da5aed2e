/** Owns the stream of server-sent events that tells open pages what changed. */
import type { Handler, LiveEvent } from '@/lib/http/exchange'

/** Proxies close streams that are silent for a minute. */
const HEARTBEAT_MS = 20_000
/** A page that does not read gets no backlog: changes only say "read again". */
const MAX_WAITING = 20

export const liveHandler: Handler = async (app, exchange) => ({
  status: 200,
  headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
  body: eventStream(app.subscribe ?? (() => () => {}), exchange.signal),
})

async function* eventStream(
  subscribe: (listener: (event: LiveEvent) => void) => () => void,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const waiting: LiveEvent[] = []
  let wake = () => {}
  const unsubscribe = subscribe((event) => {
    if (waiting.length < MAX_WAITING) waiting.push(event)
    wake()
  })
  const onAbort = () => wake()
  signal.addEventListener('abort', onAbort)
  try {
    yield 'retry: 3000\n\n'
    while (!signal.aborted) {
      for (const event of waiting.splice(0))
        yield `event: ${event.type}\ndata: ${JSON.stringify({ model: event.model })}\n\n`
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
