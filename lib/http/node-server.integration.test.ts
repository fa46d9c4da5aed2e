import type { Server } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createNodeServer } from '@/lib/http/node-server'

let server: Server
let port = 0

beforeAll(async () => {
  server = createNodeServer(
    async (request, response) => {
      if (request.url === '/stream') {
        // As an event stream does: the answer goes on, and nobody reads the request.
        response.write('open')
        setTimeout(() => response.end(' and still open'), 12_000)
        return
      }
      let bytes = 0
      try {
        for await (const chunk of request) bytes += chunk.length
      } catch {
        return
      }
      response.end(String(bytes))
    },
    {
      refusesExpected: (request) => Number(request.headers['content-length']) > 1_000,
      arrivalLimitMs: (request) => (request.url === '/hurry' ? 1_000 : 60_000),
    },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  port = typeof address === 'object' && address ? address.port : 0
})

afterAll(() => {
  server.closeAllConnections()
  server.close()
})

/** Sends text, then more of it with pauses; answers what came back and after how long the connection was closed. */
function talk(
  first: string,
  drip?: { text: string; everyMs: number },
): Promise<{ answer: string; ms: number }> {
  return new Promise((resolve) => {
    const started = performance.now()
    let answer = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(first))
    const timer = drip ? setInterval(() => socket.write(drip.text), drip.everyMs) : null
    socket.on('data', (chunk) => {
      answer += chunk.toString()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      if (timer) clearInterval(timer)
      resolve({ answer, ms: performance.now() - started })
    })
  })
}

const post = (path: string, headers: string) => `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`

describe.concurrent('the socket side', () => {
  it('answers 405 to TRACE', async () => {
    const { answer } = await talk('TRACE / HTTP/1.1\r\nHost: localhost\r\n\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 405 /)
  })

  it('answers 431 to thousands of header lines, instead of leaving some out', async () => {
    const { answer } = await talk(post('/', `${'a:b\r\n'.repeat(2_000)}`))
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
  })

  it('answers 431 to headers over 16 KiB', async () => {
    const { answer } = await talk(post('/', `a: ${'b'.repeat(20_000)}\r\n`))
    expect(answer).toMatch(/^HTTP\/1\.1 431 /)
  })

  it('refuses an announced body that is too large without asking for it', async () => {
    const { answer } = await talk(post('/', 'Expect: 100-continue\r\nContent-Length: 5000\r\n'))
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  })

  it.each([
    ['both lengths', 'Content-Length: 3\r\nTransfer-Encoding: chunked\r\n'],
    ['a negative length', 'Content-Length: -1\r\n'],
    ['a length with an exponent', 'Content-Length: 1e3\r\n'],
    ['a header with NUL', 'X-A: a\0b\r\n'],
  ])('answers 400 to %s', async (_what, headers) => {
    const { answer } = await talk(`${post('/', headers)}abc`)
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  })

  it('closes connections whose headers take over 10 seconds', async () => {
    const { ms } = await talk('POST / HTTP/1.1\r\n', { text: 'a: b\r\n', everyMs: 1_000 })
    expect(ms).toBeGreaterThan(9_000)
    expect(ms).toBeLessThan(13_000)
  })

  it('answers 408 to a body that falls silent for 10 seconds', async () => {
    const { answer, ms } = await talk(`${post('/', 'Content-Length: 100\r\n')}abc`)
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(ms).toBeGreaterThan(9_000)
    expect(ms).toBeLessThan(13_000)
  })

  it('leaves an open stream alone that says nothing for longer than a body may', async () => {
    const { answer } = await talk('GET /stream HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n')
    expect(answer).toContain('still open')
  })

  it('answers 408 to a body that drips for longer than its limit', async () => {
    const { answer, ms } = await talk(post('/hurry', 'Content-Length: 1000\r\n'), { text: 'a', everyMs: 100 })
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(ms).toBeLessThan(4_000)
  })

  it('serves the healthy beside hundreds of dripping clients', async () => {
    const dripping = Array.from({ length: 300 }, () => connect(port, '127.0.0.1'))
    for (const socket of dripping) {
      socket.on('error', () => {})
      socket.write('POST / HTTP/1.1\r\nHost: localhost\r\n')
    }
    const started = performance.now()
    const response = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'hello' })
    expect(await response.text()).toBe('5')
    expect(performance.now() - started).toBeLessThan(1_000)
    for (const socket of dripping) socket.destroy()
  })
})

// By itself: the others measure times.
describe('a crowd', () => {
  it('serves a newcomer although a thousand idle connections were left open', async () => {
    const idle = Array.from({ length: 1_000 }, () => connect(port, '127.0.0.1'))
    let answered = 0
    let closed = 0
    for (const socket of idle) {
      socket.on('error', () => {})
      socket.once('data', () => answered++)
      socket.once('close', () => closed++)
      socket.write(`${post('/', 'Content-Length: 2\r\n')}ab`)
      await new Promise((resolve) => setImmediate(resolve))
    }
    await vi.waitFor(() => expect(answered).toBeGreaterThan(800), 5_000)
    const { answer } = await talk(`${post('/', 'Content-Length: 5\r\nConnection: close\r\n')}hello`)
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*5$/)
    expect(closed).toBeGreaterThan(0)
    for (const socket of idle) socket.destroy()
  })
})
