import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from '@/lib/domain/limits'
import { createFront } from '@/lib/http/front'
import { shipperTarget } from '@/lib/http/shipper-targets'
import { createEventBus } from '@/lib/runtime/events'
import { parseSettings } from '@/lib/runtime/settings'

const lead = (method: string, url: string, headers: Record<string, string> = {}) =>
  shipperTarget({ method, url, headers })

describe('the address of a shipper', () => {
  it.each([
    ['POST', '/v1/logs', '/v1/logs'],
    ['POST', '/_bulk?timeout=60s', '/es/_bulk?timeout=60s'],
    ['POST', '/es/_bulk', '/es/_bulk'],
    ['POST', '/fraud/_bulk', '/es/fraud/_bulk'],
    ['PUT', '/es/fraud/_bulk', '/es/fraud/_bulk'],
    ['GET', '/es/', '/es'],
    ['GET', '/es/?pretty', '/es?pretty'],
    ['GET', '/_cluster/health', '/es/_cluster/health'],
    ['HEAD', '/_index_template/filebeat', '/es/_index_template/filebeat'],
    ['POST', '/fraud/_refresh', '/es/fraud/_refresh'],
    ['GET', '/_component_template/x', '/es/_component_template/x'],
    ['GET', '/_nodes/_all/http', '/es/_nodes/_all/http'],
    ['POST', '/services/collector/event', '/services/collector/event'],
    ['POST', '/loki/api/v1/push', '/loki/api/v1/push'],
    ['GET', '/ready', '/ready'],
  ])('leads %s %s to %s', (method, url, target) => {
    expect(lead(method, url)).toBe(target)
  })

  it.each([
    ['GET', '/'],
    ['GET', '/models/_bulk'],
    ['GET', '/_next/static/x.js'],
    ['GET', '/_next'],
    ['GET', '/__nextjs_original-stack-frames'],
    ['GET', '/_NEXT/data'],
    ['POST', '/models/fraud/_bulk'],
    ['GET', '/readyz'],
    ['GET', '/essays'],
    ['POST', '/api/v1/ingest'],
  ])('is none of ours in %s %s', (method, url) => {
    expect(lead(method, url)).toBeNull()
  })

  it('is the root for clients of Elasticsearch alone', () => {
    const agents = [
      'elasticsearch-js/8.19.2 (linux)',
      'Elastic-filebeat/8.19.2',
      'Vector/0.58.0 (x86_64)',
      'Fluent-Bit',
    ]
    for (const agent of agents) expect(lead('GET', '/', { 'user-agent': agent })).toBe('/es')
    expect(lead('HEAD', '/', { accept: 'application/vnd.elasticsearch+json; compatible-with=8' })).toBe('/es')
    expect(lead('GET', '/', { 'user-agent': 'Mozilla/5.0', accept: 'text/html,*/*' })).toBeNull()
    expect(lead('GET', '/', { 'user-agent': 'elastic', accept: 'text/html' })).toBeNull()
    expect(lead('GET', '/', { 'user-agent': 'curl/8.1', accept: '*/*' })).toBeNull()
    expect(lead('GET', '/models/_refresh')).toBeNull()
    expect(lead('GET', '/fraud/_refresh', { 'user-agent': 'elasticsearch-js/8.19.2' })).toBe(
      '/es/fraud/_refresh',
    )
  })
})

describe('an instance that is shutting down', () => {
  it('refuses each shipper in the words of its own protocol', async () => {
    const front = createFront({
      app: {
        settings: parseSettings({}),
        limits: DEFAULT_LIMITS,
        publicUrl: 'http://localhost',
        problems: () => [],
        logger: pino({ enabled: false }),
        events: createEventBus(),
      },
      api: (_request, response) => response.end(),
      pages: null,
      development: false,
    })
    front.beginShutdown()
    const server = http.createServer(front.handle)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const ask = async (path: string) => {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body: '{}' })
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
      return [response.headers.get('content-type'), await response.text()]
    }
    const sentence = 'The instance is shutting down. Try again shortly.'
    expect(await ask('/_bulk')).toEqual(['text/plain', `${sentence}\n`])
    expect(await ask('/fraud/_bulk')).toEqual(['text/plain', `${sentence}\n`])
    expect(await ask('/v1/logs')).toEqual(['application/json', `{"code":14,"message":"${sentence}"}`])
    expect(await ask('/services/collector')).toEqual([
      'application/json',
      expect.stringContaining('"code":9'),
    ])
    expect(await ask('/api/v1/ingest')).toEqual([
      'application/problem+json',
      expect.stringContaining('"closing"'),
    ])
    server.closeAllConnections()
    server.close()
  })
})
