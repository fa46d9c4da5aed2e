import http, { type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '@/lib/domain/limits'
import { createFront } from '@/lib/http/front'
import type { NodeHandler } from '@/lib/http/node-server'
import { createEventBus } from '@/lib/runtime/events'
import { parseSettings } from '@/lib/runtime/settings'

const SENT = {
  'x-middleware-subrequest': 'middleware',
  'x-middleware-rewrite': '/settings/keys',
  'x-nextjs-request-id': '1',
  'x-nextjs-html-request-id': '2',
  'x-nextjs-rewritten-path': '/settings/keys',
  'x-nextjs-postponed': '1',
  'x-action-redirect': '/',
  'next-action': 'abc',
  'next-resume': '1',
  'x-now-route-matches': '1',
  'x-invoke-path': '/settings/keys',
  'x-invoke-status': '500',
  'x-plumbline-target': 'https://evil.example/',
  'x-plumbline-position': 'me-99',
  'content-security-policy': "script-src 'nonce-mine'",
  'accept-language': 'en',
}

const APP = {
  settings: parseSettings({}),
  limits: DEFAULT_LIMITS,
  publicUrl: 'http://localhost',
  problems: () => [],
  logger: pino({ enabled: false }),
  events: createEventBus('me'),
}

/** The headers that a page gets to see of those that were sent. */
async function seenByPage(development: boolean): Promise<IncomingHttpHeaders> {
  let seen: IncomingHttpHeaders = {}
  const front = createFront({
    app: APP,
    api: (_request, response) => response.end(),
    pages: {
      files: async () => false,
      renderer: {
        isStanding: () => false,
        canTake: () => true,
        hand(request, response) {
          seen = request.headers
          response.end()
        },
      },
    },
    development,
  })
  const server = http.createServer(front.handle)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await fetch(`http://127.0.0.1:${port}/models/m?x=1`, { headers: SENT })
  server.closeAllConnections()
  server.close()
  return seen
}

const inner = (headers: IncomingHttpHeaders) =>
  Object.keys(headers)
    .filter((name) => /^(x-middleware|x-nextjs|x-action|next-|x-now|x-invoke)/.test(name))
    .sort()

describe('a page', () => {
  it('sees none of the headers that steer Next from inside', async () => {
    const seen = await seenByPage(false)
    expect(inner(seen)).toEqual([])
    expect(seen['accept-language']).toBe('en')
  })

  it('sees in development only the two more that live reload needs', async () => {
    expect(inner(await seenByPage(true))).toEqual(['x-nextjs-html-request-id', 'x-nextjs-request-id'])
  })

  it('is told its own address, its own policy and up to where it knows what changed, whatever was sent', async () => {
    const seen = await seenByPage(false)
    expect(seen['x-plumbline-target']).toBe('/models/m?x=1')
    expect(seen['x-plumbline-position']).toBe('me-0')
    expect(seen['content-security-policy']).toMatch(/^default-src 'self'; script-src 'self' 'nonce-(?!mine)/)
  })
})

describe('a request beyond the 2,000 that may be under way', () => {
  it('is told to come again, and so is none behind it on its connection left without an answer', async () => {
    const waiting: ServerResponse[] = []
    const api: NodeHandler = (_request, response) => void waiting.push(response)
    const { handle } = createFront({ app: APP, api, pages: null, development: false })
    let asked = 0
    const server = http.createServer((request, response) => {
      asked++
      handle(request, response)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const lines = Array.from({ length: 7 }, () => net.connect((server.address() as AddressInfo).port))
    const received = lines.map((line) => {
      let text = ''
      line.on('data', (bytes) => {
        text += bytes.toString('latin1')
      })
      return () => text
    })
    const request = 'POST /api/v1/ingest/m HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n[]'
    for (const line of lines) line.write(request.repeat(290))
    await expect.poll(() => asked, { timeout: 20_000 }).toBe(2_030)
    expect(waiting).toHaveLength(2_000)
    for (const response of waiting) response.end('{}')
    const statuses = () => received.flatMap((text) => text().match(/(?<=HTTP\/1\.1 )\d+/g) ?? [])
    await expect.poll(() => statuses().length, { timeout: 20_000 }).toBe(2_030)
    const refused = received.flatMap((text) => text().match(/HTTP\/1\.1 503 [\s\S]*?\r\n\r\n/g) ?? [])
    expect(refused).toHaveLength(30)
    for (const head of refused) {
      expect(head).toMatch(/\r\nretry-after: 1\r\n/i)
      expect(head).toMatch(/\r\ncontent-length: [1-9]/i)
      expect(head).not.toMatch(/\r\nconnection: close/i)
    }
    for (const line of lines) line.destroy()
    server.close()
  })
})
