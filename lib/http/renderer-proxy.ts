/**
 * Owns handing a request on to the renderer and its answer back. What that process may believe of a request is decided
 * before; where it is and whether it lives is the business of its supervisor.
 */
import http, { type ClientRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import net from 'node:net'
import type { Duplex } from 'node:stream'
import { remoteAddressOf } from '@/lib/http/remote-address'
import type { RendererSupervisor } from '@/lib/runtime/renderer-supervisor'

/** Who asks, for the process behind: from there every request comes from the same place. */
export const REMOTE_HEADER = 'x-plumbline-remote'

/** Questions that need a body are forms; it is kept until they are answered, to be asked again. */
const MAX_BODY_BYTES = 65_536

/** They speak of one connection, and there are two. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Where the renderer is. */
export type RendererAddress = Pick<RendererSupervisor, 'standing' | 'socket'>

export interface RendererProxy {
  /** Whether it can be asked without starting it. */
  isStanding(): boolean
  /** Whether anybody waits for an answer of it. */
  isAsked(): boolean
  /** Whether the body of a request is small enough to be handed on, or there is none. */
  canTake(request: IncomingMessage): boolean
  /**
   * Hands on a request; a body that it cannot take is left out, unread: no page has a use for one. Headers that `response` has already win over those of the answer.
   * @param failed called instead of an answer when the process cannot be asked
   * @param answered called with the status of every answer
   */
  hand(
    request: IncomingMessage,
    response: ServerResponse,
    failed: (error: unknown) => void,
    answered?: (status: number) => void,
  ): void
  /** Hands on a connection that leaves HTTP (live reload). */
  handUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

/** @param trustProxy  whether the nearest proxy is believed about who asks */
export function createRendererProxy(renderer: RendererAddress, trustProxy: boolean): RendererProxy {
  const agent = new http.Agent({ keepAlive: true, maxFreeSockets: 16 })
  const waiting = new Set<ServerResponse>()

  async function ask(
    request: IncomingMessage,
    body: Buffer,
    gone: AbortSignal,
    dead?: string,
  ): Promise<IncomingMessage> {
    const socketPath = await renderer.socket(dead)
    gone.throwIfAborted()
    const { 'content-length': _, ...sent } = endToEnd(request.headers)
    const length = body.length > 0 ? { 'content-length': body.length } : {}
    const headers = { ...sent, ...length, [REMOTE_HEADER]: remoteAddressOf(request, trustProxy) }
    const { method, url: path } = request
    try {
      return await answerOf(http.request({ agent, socketPath, method, path, headers, signal: gone }), body)
    } catch (error) {
      // The process ended between two requests, or while it had this one: the next one may answer. Only once, in case
      // it is this request that ends it.
      if (dead !== undefined || gone.aborted) throw error
      return ask(request, body, gone, socketPath)
    }
  }

  return {
    isStanding: () => renderer.standing() !== null,
    isAsked() {
      // Whoever waits behind others on a connection does not hear of its end.
      for (const response of waiting) if (response.req.socket.destroyed) waiting.delete(response)
      return waiting.size > 0
    },
    canTake,
    hand(request, response, failed, answered) {
      const gone = new AbortController()
      waiting.add(response)
      response.once('close', () => {
        waiting.delete(response)
        gone.abort()
      })
      const asked = bodyOf(request).then((body) => ask(request, body, gone.signal))
      asked.then(
        (answer) => {
          const status = answer.statusCode ?? 502
          answered?.(status)
          for (const [name, value] of Object.entries(endToEnd(answer.headers))) {
            if (value !== undefined && !response.hasHeader(name)) response.setHeader(name, value)
          }
          response.writeHead(status)
          answer.on('error', () => response.destroy())
          answer.pipe(response)
        },
        (error: unknown) => {
          if (!gone.signal.aborted) failed(error)
        },
      )
    },
    handUpgrade(request, client, head) {
      client.on('error', () => {})
      renderer.socket().then(
        (path) => {
          const behind = net.connect(path, () => {
            behind.write(headOf(request))
            behind.write(head)
            behind.pipe(client).pipe(behind)
          })
          behind.on('error', () => client.destroy())
          client.on('close', () => behind.destroy())
        },
        () => client.destroy(),
      )
    },
  }
}

function endToEnd<T extends object>(headers: T): T {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_THE_CONNECTION.has(name))) as T
}

function canTake({ headers }: IncomingMessage): boolean {
  return (
    headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) <= MAX_BODY_BYTES
  )
}

/**
 * @returns nothing of a body that cannot be taken
 * @throws Error when the sender goes away before all of it has come
 */
async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  if (!canTake(request)) {
    // Nobody reads it, and it must not keep the connection.
    request.resume()
    return Buffer.alloc(0)
  }
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function answerOf(asked: ClientRequest, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    asked.on('response', resolve)
    asked.on('error', reject)
    asked.end(body)
  })
}

/** The request as it came, for whoever reads it from the first byte. */
function headOf({ method, url, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/1.1`]
  for (let i = 0; i < rawHeaders.length; i += 2) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`)
  return `${lines.join('\r\n')}\r\n\r\n`
}
