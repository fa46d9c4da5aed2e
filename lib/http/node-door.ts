/** Owns the door from Node's http server to the API: request to Incoming, Reply to response. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Dispatched, dispatch } from '@/lib/http/dispatch'
import type { BodyStream, HttpApp, Incoming } from '@/lib/http/exchange'
import { NodeBody } from '@/lib/http/node-body'
import { remoteAddressOf } from '@/lib/http/remote-address'

/** A client that takes nothing for this long is let go. */
const WRITE_TIMEOUT_MS = 30_000
/** How long what a refused client still sends is thrown away, so that it can read our answer before we close. */
const LINGER_MS = 1_000

/**
 * A request handler for the API; failures are answered inside.
 * @param options `writeTimeoutMs`: how long a client may take nothing of a long answer; `addressOf`: who a request comes from
 */
export function createNodeDoor(
  app: HttpApp,
  options: {
    readonly writeTimeoutMs?: number
    readonly addressOf?: (request: IncomingMessage) => string
  } = {},
): (request: IncomingMessage, response: ServerResponse) => void {
  const { writeTimeoutMs = WRITE_TIMEOUT_MS } = options
  const trustProxy = app.settings?.trustProxy === true
  const addressOf = options.addressOf ?? ((request) => remoteAddressOf(request, trustProxy))
  return (request, response) => {
    dispatch(app, new NodeIncoming(addressOf(request), request, response))
      .then((reply) => send(request, response, reply, writeTimeoutMs))
      .catch((error: unknown) => {
        if (!response.closed) app.logger.error({ err: error }, 'an answer could not be sent')
        response.destroy()
      })
  }
}

class NodeIncoming implements Incoming {
  readonly method: string
  readonly target: string
  readonly body: BodyStream
  private gone: AbortController | null = null

  constructor(
    readonly remoteAddress: string,
    private readonly request: IncomingMessage,
    private readonly response: ServerResponse,
  ) {
    this.method = request.method ?? 'GET'
    this.target = request.url ?? '/'
    this.body = new NodeBody(request)
  }

  readonly header = (name: string): string | null => {
    const value = this.request.headers[name.toLowerCase()]
    return value === undefined ? null : Array.isArray(value) ? value.join(', ') : value
  }

  /** Made only for those who ask: it would cost every small request a twentieth of its time. */
  get signal(): AbortSignal {
    if (this.gone === null) {
      const controller = new AbortController()
      if (this.response.closed) controller.abort()
      else this.response.once('close', () => controller.abort())
      this.gone = controller
    }
    return this.gone.signal
  }
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Dispatched,
  writeTimeoutMs: number,
): Promise<void> {
  if (response.destroyed) return
  const { body, headers } = reply
  const isWhole = body === undefined || typeof body === 'string' || body instanceof Uint8Array
  if (isWhole && reply.status !== 204 && request.method !== 'HEAD')
    headers['content-length'] = String(sizeOf(body))
  const isUnread = !request.complete
  if (isUnread) headers.connection = 'close'
  if (isWhole) {
    response.writeHead(reply.status, headers as Record<string, string | string[]>)
    if (isUnread) {
      // Ending the answer would close the socket on a client that still sends, and take the answer from it.
      if (body !== undefined && body.length > 0) response.write(body)
      else response.flushHeaders()
      await discardRest(request)
    }
    response.end(isUnread ? undefined : body)
    return
  }
  // Set one by one, so that whoever drains the server can tell endless streams by their type.
  response.statusCode = reply.status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  await stream(response, body, writeTimeoutMs)
}

function sizeOf(body: string | Uint8Array | undefined): number {
  return body === undefined ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.length
}

/** Resolves when the client has sent everything, has gone, or has had its time. */
function discardRest(request: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LINGER_MS)
    const done = () => {
      clearTimeout(timer)
      resolve()
    }
    request.once('end', done)
    request.once('close', done)
    request.resume()
  })
}

/** Writes no faster than the client reads. */
async function stream(
  response: ServerResponse,
  body: AsyncIterable<Uint8Array | string>,
  writeTimeoutMs: number,
): Promise<void> {
  response.flushHeaders()
  for await (const chunk of body) {
    if (response.destroyed) return
    if (!response.write(chunk)) await drained(response, writeTimeoutMs)
  }
  response.end()
}

function drained(response: ServerResponse, writeTimeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => response.destroy(), writeTimeoutMs)
    const done = () => {
      clearTimeout(timer)
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.once('drain', done)
    response.once('close', done)
  })
}
