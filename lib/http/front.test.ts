import http, { type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '@/lib/domain/limits'
import { createFront } from '@/lib/http/front'
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
  'content-security-policy': "script-src 'nonce-mine'",
  'accept-language': 'en',
}

/** The headers that a page gets to see of those that were sent. */
async function seenByPage(development: boolean): Promise<IncomingHttpHeaders> {
  let seen: IncomingHttpHeaders = {}
  const front = createFront({
    app: {
      settings: parseSettings({}),
      limits: DEFAULT_LIMITS,
      publicUrl: 'http://localhost',
      problems: () => [],
      logger: pino({ enabled: false }),
    },
    api: (_request, response) => response.end(),
    pages: {
      files: async () => false,
      renderer: {
        isStanding: () => false,
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

  it('is told its own address and its own policy, whatever was sent', async () => {
    const seen = await seenByPage(false)
    expect(seen['x-plumbline-target']).toBe('/models/m?x=1')
    expect(seen['content-security-policy']).toMatch(/^default-src 'self'; script-src 'self' 'nonce-(?!mine)/)
  })
})
