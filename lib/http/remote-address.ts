/** Owns who a request comes from, as far as it can be known. */
import type { IncomingMessage } from 'node:http'

/**
 * @param trustProxy  believe the nearest proxy about whom it speaks for
 * @returns an IP address; empty when the connection is gone
 */
export function remoteAddressOf(request: IncomingMessage, trustProxy: boolean): string {
  return (trustProxy && forwardedFor(request)) || request.socket.remoteAddress || ''
}

function forwardedFor(request: IncomingMessage): string | undefined {
  return [request.headers['x-forwarded-for']].flat().at(-1)?.split(',').at(-1)?.trim()
}
