/** Owns the socket side of HTTP: time-outs, size and connection limits, and closing within a deadline. Knows no route. */
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { takeOriginForm } from '@/lib/http/absolute-form'
import { noteConnection } from '@/lib/http/take-turns'
import { watchArrivals } from '@/lib/http/watch-arrivals'

export type NodeHandler = (request: IncomingMessage, response: ServerResponse) => void

const HEADERS_TIMEOUT_MS = 10_000
/** Longest time without movement while an answer is made and read. */
const ANSWER_IDLE_MS = 120_000
/** Longer than load balancers keep idle connections (60 s), else they send into a closing one. */
const KEEP_ALIVE_MS = 65_000
const MAX_CONNECTIONS = 1_000
/** From this many on, those that only wait for another request make room for new ones. */
const CROWDED_CONNECTIONS = 900
const MAX_HEADER_BYTES = 16_384
const MAX_HEADER_LINES = 200
/** How often Node looks for connections that are over their time. */
const SWEEP_MS = 1_000

/** What the server asks about a request before it hands it on. */
export interface RequestRules {
  /** Whether a body announced with `Expect: 100-continue` is refused unread. */
  refusesExpected(request: IncomingMessage): boolean
  /** How long the whole request may take to arrive, in milliseconds. */
  arrivalLimitMs(request: IncomingMessage): number
}

/**
 * A server that no slow or greedy client can hold up.
 * @param handle answers one request; errors are its own business
 */
export function createNodeServer(handle: NodeHandler, rules: RequestRules): Server {
  const server = http.createServer({
    headersTimeout: HEADERS_TIMEOUT_MS,
    // Replaced by `arrivalLimitMs`, which can tell an upload from a call.
    requestTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: SWEEP_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
    noDelay: true,
  })
  server.timeout = ANSWER_IDLE_MS
  server.maxConnections = MAX_CONNECTIONS
  // Above the number that we refuse: Node would leave out the rest without a word.
  server.maxHeadersCount = MAX_HEADER_BYTES
  makeRoom(server)
  const arrivals = watchArrivals(answerTooSlow)
  server.on('close', arrivals.stop)
  const accept: NodeHandler = (request, response) => {
    takeOriginForm(request)
    if (request.rawHeaders.length > MAX_HEADER_LINES * 2) refuse(request, response, 431)
    else if (request.method === 'TRACE')
      refuse(request, response, 405, { allow: 'GET, HEAD, POST, PUT, PATCH, DELETE' })
    else {
      if (hasBody(request)) arrivals.watch(request, rules.arrivalLimitMs(request))
      handle(request, response)
    }
  }
  server.on('request', accept)
  server.on('checkContinue', (request, response) => {
    takeOriginForm(request)
    if (rules.refusesExpected(request)) {
      refuse(request, response, 413)
      return
    }
    response.writeContinue()
    accept(request, response)
  })
  return server
}

/**
 * Stops accepting, lets running requests end, and cuts off what has not ended by the deadline.
 * @param endless answers that never end by themselves (event streams): they are ended at once
 */
export async function drainServer(
  server: Server,
  endless: Iterable<ServerResponse>,
  deadlineMs: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  for (const response of endless) response.end()
  const sweep = setInterval(() => server.closeIdleConnections(), 50)
  const cut = setTimeout(() => server.closeAllConnections(), deadlineMs)
  await closed
  clearInterval(sweep)
  clearTimeout(cut)
}

/** An answer without a body, after which the connection is closed: what the client still sends is not read. */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { ...headers, connection: 'close', 'content-length': '0' })
  response.end(() => request.socket.destroySoon())
}

/** Answers 408 and closes the connection. */
function answerTooSlow({ socket }: IncomingMessage): void {
  if (socket.writable)
    socket.write('HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
  socket.destroySoon()
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}

/** Idle connections are a convenience to their clients: they may not keep others out. */
function makeRoom(server: Server): void {
  let open = 0
  server.on('connection', (socket) => {
    open++
    noteConnection()
    socket.once('close', () => open--)
    if (open >= CROWDED_CONNECTIONS) server.closeIdleConnections()
  })
}
