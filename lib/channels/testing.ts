/** Owns a real HTTP receiver for tests that behaves well or badly on demand. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the receiver does with the next messages. */
export type ReceiverMode =
  | {
      readonly kind: 'status'
      readonly status: number
      readonly headers?: Record<string, string>
      readonly body?: string
    }
  | {
      readonly kind:
        | 'reset'
        | 'hang'
        | 'endless'
        | 'gzip_bomb'
        | 'huge_headers'
        | 'not_http'
        | 'ok_then_hang'
        | 'switches_protocol'
    }

export interface ReceivedMessage {
  readonly id: string
  readonly body: string
  readonly headers: Record<string, string>
}

export interface Receiver extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** Everything that arrived whole, whatever was answered. */
  readonly received: ReceivedMessage[]
  /** Answers in turn; the last one stays. */
  behave(...modes: ReceiverMode[]): void
  /** Stops listening on the port, as a machine that is down. */
  stop(): Promise<void>
}

export const OK: ReceiverMode = { kind: 'status', status: 200 }

/** Starts a receiver on a free loopback port. */
export async function startReceiver(...modes: ReceiverMode[]): Promise<Receiver> {
  let plan: ReceiverMode[] = modes.length > 0 ? modes : [OK]
  const received: ReceivedMessage[] = []
  const server = createServer((request, response) => {
    const mode = (plan.length > 1 ? plan.shift() : plan[0]) ?? OK
    if (mode.kind === 'reset') {
      request.socket.resetAndDestroy()
      return
    }
    collect(request).then((body) => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
      )
      received.push({ id: headers['webhook-id'] ?? '', body, headers })
      answer(mode, request, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return {
    url: `http://127.0.0.1:${port}/hook`,
    port,
    received,
    behave: (...next) => {
      plan = next
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

async function collect(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function answer(mode: ReceiverMode, request: IncomingMessage, response: ServerResponse): void {
  switch (mode.kind) {
    case 'status':
      response.writeHead(mode.status, mode.headers).end(mode.body ?? 'ok')
      return
    case 'ok_then_hang':
      response.writeHead(200).write('…')
      return
    case 'endless': {
      response.writeHead(200)
      const pour = () => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      }
      response.on('drain', pour)
      pour()
      return
    }
    case 'gzip_bomb':
      response.writeHead(200, { 'content-encoding': 'gzip' }).end(Buffer.alloc(1 << 20))
      return
    case 'huge_headers':
      request.socket.end(`HTTP/1.1 200 OK\r\nx-huge: ${'x'.repeat(100_000)}\r\n\r\n`)
      return
    case 'switches_protocol':
      request.socket.write(
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      )
      return
    case 'not_http':
      request.socket.end('SSH-2.0-OpenSSH_9.2\r\n')
      return
    default:
      // `hang` never answers.
      return
  }
}
