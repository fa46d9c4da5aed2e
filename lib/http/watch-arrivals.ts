/**
 * Owns noticing bodies that fall silent or take too long to arrive: one look a second at the connections, because timers
 * and listeners of its own would cost each small request a twentieth of its time. Knows no route.
 */
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

/** Longest silence within a body. */
const BODY_IDLE_MS = 10_000
const LOOK_EVERY_MS = 1_000

/** The request that arrives on a connection now: they come one after another. */
interface Arrival {
  /** null between requests. */
  request: IncomingMessage | null
  startedMs: number
  limitMs: number
  /** What the connection had brought when it last moved. */
  bytes: number
  movedMs: number
}

export interface ArrivalWatch {
  /** Watches the body of a request until all of it is here. @param limitMs how long the whole request may take */
  watch(request: IncomingMessage, limitMs: number): void
  stop(): void
}

/** @param onTooSlow told once of a request of which no more is to be waited for */
export function watchArrivals(onTooSlow: (request: IncomingMessage) => void): ArrivalWatch {
  const arrivals = new Map<Socket, Arrival>()

  const look = () => {
    const nowMs = performance.now()
    for (const [socket, arrival] of arrivals) {
      const { request } = arrival
      if (request === null) continue
      if (request.complete || request.destroyed) {
        arrival.request = null
        continue
      }
      if (socket.bytesRead !== arrival.bytes) {
        arrival.bytes = socket.bytesRead
        arrival.movedMs = nowMs
      }
      const isSilent = nowMs - arrival.movedMs >= BODY_IDLE_MS
      if (!isSilent && nowMs - arrival.startedMs < arrival.limitMs) continue
      arrival.request = null
      onTooSlow(request)
    }
  }
  const looking = setInterval(look, LOOK_EVERY_MS)
  looking.unref()

  return {
    watch(request, limitMs) {
      const { socket } = request
      const nowMs = performance.now()
      const known = arrivals.get(socket)
      if (known !== undefined) {
        known.request = request
        known.startedMs = nowMs
        known.limitMs = limitMs
        known.movedMs = nowMs
        return
      }
      arrivals.set(socket, { request, startedMs: nowMs, limitMs, bytes: socket.bytesRead, movedMs: nowMs })
      socket.once('close', () => arrivals.delete(socket))
    },
    stop: () => clearInterval(looking),
  }
}
