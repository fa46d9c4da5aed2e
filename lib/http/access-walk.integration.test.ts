import { readdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RouteAccess } from '@/lib/http/route'
import { ROUTES } from '@/lib/http/routes'
import { startServer, type TestServer } from '@/lib/runtime/testing'

/** Who may call what. A route that is not here fails the test: decide, then add its row. */
const API: Readonly<Record<string, RouteAccess>> = {
  'GET /api/v1/ingest': 'any',
  'GET /api/v1/ingest/{model}': 'any',
  'PUT /api/v1/ingest': 'ingest',
  'PUT /api/v1/ingest/{model}': 'ingest',
  'POST /api/v1/ingest': 'ingest',
  'POST /api/v1/ingest/{model}': 'ingest',
  'GET /api/v1/labels': 'any',
  'GET /api/v1/labels/{model}': 'any',
  'POST /api/v1/labels': 'ingest',
  'POST /api/v1/labels/{model}': 'ingest',
  'GET /api/v1/labels/status': 'read',
  'GET /api/v1/events': 'any',
  'GET /api/v1/events/{model}': 'any',
  'POST /api/v1/events': 'ingest',
  'POST /api/v1/events/{model}': 'ingest',
  'GET /api/v1/resources': 'any',
  'GET /api/v1/resources/{model}': 'any',
  'POST /api/v1/resources': 'ingest',
  'POST /api/v1/resources/{model}': 'ingest',
  'GET /api/v1/limits': 'any',
  'POST /v1/logs': 'ingest',
  'GET /es': 'any',
  'POST /es/_bulk': 'ingest',
  'PUT /es/_bulk': 'ingest',
  'POST /es/{index}/_bulk': 'ingest',
  'PUT /es/{index}/_bulk': 'ingest',
  'GET /es/_cluster/health': 'any',
  'GET /es/_cat/health': 'any',
  'GET /es/_license': 'any',
  'GET /es/_xpack': 'any',
  'GET /es/_ilm/policy/{name}': 'any',
  'PUT /es/_ilm/policy/{name}': 'ingest',
  'GET /es/_index_template/{name}': 'any',
  'PUT /es/_index_template/{name}': 'ingest',
  'GET /es/_template/{name}': 'any',
  'PUT /es/_template/{name}': 'ingest',
  'GET /es/_data_stream/{name}': 'any',
  'PUT /es/_data_stream/{name}': 'ingest',
  'GET /es/_refresh': 'any',
  'POST /es/_refresh': 'ingest',
  'GET /es/{index}/_refresh': 'any',
  'POST /es/{index}/_refresh': 'ingest',
  'POST /services/collector': 'ingest',
  'POST /services/collector/event': 'ingest',
  'POST /services/collector/event/1.0': 'ingest',
  'POST /services/collector/raw': 'ingest',
  'POST /services/collector/raw/1.0': 'ingest',
  'GET /services/collector/health': 'public',
  'GET /services/collector/health/1.0': 'public',
  'POST /loki/api/v1/push': 'ingest',
  'GET /loki/api/v1/status/buildinfo': 'any',
  'GET /ready': 'public',
  'GET /api/v1/openapi.json': 'any',
  'GET /api/v1/models': 'read',
  'GET /api/v1/models/{model}': 'read',
  'GET /api/v1/models/{model}/columns': 'read',
  'GET /api/v1/models/{model}/evaluations': 'read',
  'GET /api/v1/models/{model}/monitors': 'read',
  'PATCH /api/v1/models/{model}/versions/{version}': 'admin',
  'PATCH /api/v1/monitors/{id}': 'admin',
  'GET /api/v1/monitors/{id}/history': 'read',
  'POST /api/v1/monitors/{id}/back-test': 'read',
  'GET /api/v1/models/{model}/verdict': 'read',
  'GET /api/v1/refused': 'read',
  'POST /api/v1/refused/replay': 'admin',
  'GET /api/v1/models/{model}/mapping': 'read',
  'PUT /api/v1/models/{model}/mapping': 'admin',
  'POST /api/v1/models/{model}/mapping/preview': 'admin',
  'POST /api/v1/validate': 'ingest',
  'POST /api/v1/validate/{model}': 'ingest',
  'PUT /api/v1/models/{model}/settings': 'admin',
  'PUT /api/v1/models/{model}/versions/{version}/profile': 'admin',
  'GET /api/v1/models/{model}/versions/{version}/profile': 'read',
  'POST /api/v1/models/{model}/versions/{version}/profile/from-records': 'admin',
  'POST /api/v1/models/{model}/versions/{version}/profile/activate': 'admin',
  'GET /api/v1/models/{model}/versions/{version}/profiles': 'read',
  'POST /api/v1/models/{model}/versions/{version}/profiles/{profile}/activate': 'admin',
  'PATCH /api/v1/models/{model}/versions/{version}/profiles/{profile}/expectations': 'admin',
  'GET /api/v1/alerts': 'read',
  'GET /api/v1/alerts/{id}': 'read',
  'POST /api/v1/alerts/{id}/acknowledge': 'admin',
  'POST /api/v1/alerts/{id}/resolve': 'admin',
  'POST /api/v1/alerts/{id}/silence': 'admin',
  'POST /api/v1/alerts/{id}/assign': 'admin',
  'POST /api/v1/alerts/{id}/comment': 'admin',
  'POST /api/v1/alerts/{id}/judge': 'admin',
  'POST /api/v1/alerts/{id}/see': 'read',
  'GET /api/v1/silences': 'read',
  'POST /api/v1/silences': 'admin',
  'POST /api/v1/silences/preview': 'read',
  'DELETE /api/v1/silences/{id}': 'admin',
  'GET /api/v1/models/{model}/slices': 'read',
  'PUT /api/v1/models/{model}/slices': 'admin',
  'POST /api/v1/models/{model}/slices/preview': 'read',
  'DELETE /api/v1/slices/{id}': 'admin',
  'GET /api/v1/models/{model}/metrics': 'read',
  'PUT /api/v1/models/{model}/metrics': 'admin',
  'POST /api/v1/models/{model}/metrics/preview': 'admin',
  'GET /api/v1/models/{model}/metrics/history': 'read',
  'DELETE /api/v1/models/{model}/metrics/{id}': 'admin',
  'GET /api/v1/channels': 'admin',
  'POST /api/v1/channels': 'admin',
  'PATCH /api/v1/channels/{id}': 'admin',
  'DELETE /api/v1/channels/{id}': 'admin',
  'POST /api/v1/channels/{id}/test': 'admin',
  'GET /api/v1/alert-routes': 'admin',
  'PUT /api/v1/alert-routes': 'admin',
  'POST /api/v1/alert-routes/preview': 'admin',
  'GET /api/v1/heartbeat': 'admin',
  'PUT /api/v1/heartbeat': 'admin',
  'GET /api/v1/self-alerts': 'read',
  'POST /api/v1/self-alerts/{id}/acknowledge': 'admin',
  'POST /api/v1/self-alerts/{id}/silence': 'admin',
  'GET /act/{token}': 'public',
  'POST /act/{token}': 'public',
  'GET /metrics': 'metrics',
  'GET /api/v1/grafana-dashboard': 'read',
  'GET /api/v1/markers': 'read',
  'POST /api/v1/markers': 'ingest',
  'DELETE /api/v1/markers/{id}': 'admin',
  'GET /api/v1/keys': 'admin',
  'POST /api/v1/keys': 'admin',
  'DELETE /api/v1/keys/{id}': 'admin',
  'PATCH /api/v1/keys/{id}': 'admin',
  'POST /api/v1/keys/{id}/rotate': 'admin',
  'GET /api/v1/audit': 'admin',
  'POST /api/v1/setup': 'public',
  'POST /api/v1/session': 'public',
  'GET /api/v1/session': 'session',
  'DELETE /api/v1/session': 'session',
  'GET /api/v1/live': 'read',
}

/** Pages for strangers; every other page must send them to the sign-in page. */
const PUBLIC_PAGES: ReadonlySet<string> = new Set(['/sign-in', '/setup'])

const PASSWORD = 'a plumb line, for tests'
const MODEL = 'walked'
/** A feature of that model; may be in no answer to somebody who may not read. */
const CANARY = 'canary-7f3a'

const everything: readonly RouteAccess[] = ['public', 'any', 'ingest', 'read', 'metrics', 'admin', 'session']

/** What each kind of caller may call, and the status they get elsewhere. */
const CALLERS: Readonly<Record<string, { may: readonly RouteAccess[]; else: 401 | 403 }>> = {
  'without credentials': { may: ['public'], else: 401 },
  'with a wrong key': { may: ['public'], else: 401 },
  'with a revoked key': { may: ['public'], else: 401 },
  'with a session that does not exist': { may: ['public'], else: 401 },
  'with an ingest key': { may: ['public', 'any', 'ingest'], else: 403 },
  'with a read key': { may: ['public', 'any', 'read', 'metrics'], else: 403 },
  'with a metrics key': { may: ['public', 'any', 'metrics'], else: 403 },
  'with an admin key': { may: everything.filter((access) => access !== 'session'), else: 403 },
  'as the administrator': { may: everything, else: 403 },
}

let server: TestServer
const credentials: Record<string, Record<string, string>> = {}

beforeAll(async () => {
  server = await startServer({
    env: { PLUMBLINE_TRUST_PROXY: 'on', PLUMBLINE_PAGES: 'on', PLUMBLINE_ADMIN_PASSWORD: PASSWORD },
  })
  const record = { model: MODEL, prediction_id: '1', features: { [CANARY]: CANARY }, prediction: 1 }
  await server.fetch('/api/v1/ingest', { method: 'POST', body: JSON.stringify(record) })
  const revoked = await makeKey('admin')
  await server.fetch(`/api/v1/keys/${revoked.id}`, { method: 'DELETE' })
  const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
  Object.assign(credentials, {
    'without credentials': {},
    'with a wrong key': bearer('plb_wrongwrongwrongwrongwrongwrong'),
    'with a revoked key': bearer(revoked.secret),
    'with a session that does not exist': { cookie: `plumbline_session=${'x'.repeat(43)}` },
    'with an ingest key': bearer((await makeKey('ingest')).secret),
    'with a read key': bearer((await makeKey('read')).secret),
    'with a metrics key': bearer((await makeKey('metrics')).secret),
    'with an admin key': bearer((await makeKey('admin')).secret),
    'as the administrator': await signIn(),
  })
}, 120_000)

afterAll(() => server.dispose())

async function makeKey(scope: string): Promise<{ id: number; secret: string }> {
  const response = await server.fetch('/api/v1/keys', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: `test ${scope}`, scopes: [scope] }),
  })
  const { key, secret } = (await response.json()) as { key: { id: number }; secret: string }
  return { id: key.id, secret }
}

/** Headers of a signed-in administrator. */
async function signIn(): Promise<Record<string, string>> {
  const response = await call('POST', '/api/v1/session', {}, { name: 'admin', password: PASSWORD })
  const { csrf_token } = (await response.json()) as { csrf_token: string }
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? ''
  return { cookie, 'x-csrf-token': csrf_token }
}

function call(
  method: string,
  target: string,
  headers: Record<string, string>,
  body: object = {},
): Promise<Response> {
  const hasBody = method !== 'GET' && method !== 'DELETE'
  return fetch(server.url + target, {
    method,
    redirect: 'manual',
    headers: { ...headers, ...(hasBody ? { 'content-type': 'application/json' } : {}) },
    body: hasBody ? JSON.stringify(body) : undefined,
  })
}

/** An address for a pattern: of a model and an id that do not exist. */
const fill = (pattern: string) => pattern.replace(/\{id\}/g, '999999').replace(/\{\w+\}/g, 'no-such')

/** The status, without waiting for answers that never end; fails when the canary is in what was read. */
async function statusOf(response: Response, mayRead: boolean): Promise<number> {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream')
  if (isStream) await response.body?.cancel()
  else if (!mayRead) expect((await response.text()).includes(CANARY)).toBe(false)
  else await response.arrayBuffer()
  return response.status
}

describe('the API', () => {
  it('has exactly the routes of the table, with the access that stands there', () => {
    const declared = Object.fromEntries(
      ROUTES.map((route) => [`${route.method} ${route.path}`, route.access]),
    )
    expect(declared).toEqual(API)
  })

  describe.each(Object.keys(CALLERS))('%s', (name) => {
    it.each(Object.entries(API))('answers %s as the table says (%s)', async (route, access) => {
      const caller = CALLERS[name]
      if (!caller) throw new Error(`no caller ${name}`)
      const [method = '', pattern = ''] = route.split(' ')
      const isMine = name === 'as the administrator'
      // Each caller from an address of its own: so many wrong keys from one would be held off.
      const address = { 'x-forwarded-for': `192.0.2.${1 + Object.keys(CALLERS).indexOf(name)}` }
      const response = await call(method, fill(pattern), { ...credentials[name], ...address })
      const status = await statusOf(response, caller.may.includes('read'))
      // Splunk says 403 for a token it does not know, and its clients are used to it.
      const isWrongToken = pattern.startsWith('/services/') && /wrong|revoked/.test(name)
      if (caller.may.includes(access)) expect([401, 403]).not.toContain(status)
      else expect(status).toBe(isWrongToken ? 403 : caller.else)
      // The walk has just signed the administrator out.
      if (isMine && route === 'DELETE /api/v1/session') credentials[name] = await signIn()
    })
  })

  it.each(Object.entries(API).filter(([route, access]) => !route.startsWith('GET') && access !== 'public'))(
    'refuses %s to a session without its token, and from another site',
    async (route) => {
      const [method = '', pattern = ''] = route.split(' ')
      const { cookie = '', 'x-csrf-token': token = '' } = credentials['as the administrator'] ?? {}
      const without = await call(method, fill(pattern), { cookie })
      const wrong = await call(method, fill(pattern), { cookie, 'x-csrf-token': `${token}x` })
      const elsewhere = await call(method, fill(pattern), {
        cookie,
        'x-csrf-token': token,
        origin: 'http://evil.example',
      })
      expect([without.status, wrong.status, elsewhere.status]).toEqual([403, 403, 403])
    },
  )

  it.each([
    '//api/v1/models',
    '/API/v1/models',
    '/api/v1/models/',
    '/api/v1/models;x=1',
    '/api/v1/%6dodels',
    '/api/v1/./models',
    '/api/v1/x/%2e%2e/models',
    '/api/v1/models%00',
    '/_next/../api/v1/models',
  ])('gives nothing away under the disguise %s', async (target) => {
    const response = await call('GET', target, {})
    expect(response.status).not.toBe(200)
    expect((await response.text()).includes(CANARY)).toBe(false)
  })

  it.each([
    'x-middleware-subrequest',
    'x-nextjs-data',
    'next-action',
    'rsc',
    'next-resume',
    'x-action-redirect',
  ])('is not moved by the header %s', async (header) => {
    const response = await call('GET', '/api/v1/models', { [header]: '1' })
    expect(response.status).toBe(401)
  })
})

/** Headers by which Next's own scripts ask for parts of a page. */
const DISGUISES: readonly Record<string, string>[] = [
  {},
  { rsc: '1' },
  { rsc: '1', 'next-router-prefetch': '1' },
]

describe('the pages', () => {
  const pages = findPages()

  it('are more than the public ones', () => {
    expect(pages.length).toBeGreaterThan(PUBLIC_PAGES.size)
    expect([...PUBLIC_PAGES].filter((page) => !pages.includes(page))).toEqual([])
  })

  describe.each(pages)('%s', (page) => {
    it.each(Object.keys(CALLERS).filter((name) => name !== 'as the administrator'))('%s', async (name) => {
      for (const extra of DISGUISES) {
        const response = await call('GET', page, { ...credentials[name], ...extra })
        const text = await response.text()
        expect(text.includes(CANARY)).toBe(false)
        if (PUBLIC_PAGES.has(page)) expect(response.status).toBeLessThan(400)
        else if (Object.keys(extra).length === 0) {
          expect(response.status).toBe(307)
          expect(response.headers.get('location')).toMatch(/^\/sign-in(\?next=|$)/)
        }
      }
    })

    it('can only be read, and carries the security headers', async () => {
      const headers = credentials['as the administrator'] ?? {}
      expect((await call('POST', page, headers)).status).toBe(405)
      const response = await call('GET', page, headers)
      await response.arrayBuffer()
      expect(response.status).toBeLessThan(500)
      expect(response.headers.get('cache-control')).toContain('no-store')
      expect(response.headers.get('content-security-policy')).toMatch(
        /script-src 'self' 'nonce-[\w+/=]{24}' 'strict-dynamic';/,
      )
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    })
  })

  it('do not include an image optimiser', async () => {
    expect((await call('GET', '/_next/image?url=%2Ficon.svg&w=64&q=75', {})).status).toBe(404)
  })
})

/** Addresses of all page files: route groups left out, parameters filled in. */
function findPages(): string[] {
  const app = path.resolve(__dirname, '../../app')
  return readdirSync(app, { recursive: true })
    .map(String)
    .filter((file) => path.basename(file) === 'page.tsx')
    .map((file) => {
      const segments = path
        .dirname(file)
        .split(path.sep)
        .filter((segment) => !/^\.$|^\(.*\)$/.test(segment))
      return `/${segments.map((segment) => segment.replace(/^\[.*\]$/, MODEL)).join('/')}`
    })
    .sort()
}
