import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import type { Route } from '@/lib/http/route'
import { ROUTES } from '@/lib/http/routes'
import { ProblemSchema } from '@/lib/http/schemas'
import { ADMIN_KEY, startTestApi, type TestApi } from '@/lib/http/testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi(await openTestStores())
  const { metadata } = api.stores
  const { version } = await metadata.registerVersion('fraud', '1', Date.now())
  await metadata.registerColumns(version.id, [{ family: 'input', name: 'amount' }], 10)
})
afterAll(() => api[Symbol.asyncDispose]())

const target = (route: Route) =>
  route.path.replace('{model}', 'fraud').replace('{version}', '1').replace('{id}', '999')

/** A body that the route takes; others are answered with a problem, which is an answer too. */
const BODIES: Readonly<Record<string, unknown>> = {
  '/api/v1/ingest': { model: 'fraud', version: '1', prediction_id: 'a', prediction: 1 },
  '/api/v1/ingest/{model}': { prediction_id: 'b', prediction: 1 },
  '/api/v1/labels': { model: 'fraud', prediction_id: 'a', actual: 1 },
  '/api/v1/labels/{model}': { prediction_id: 'a', actual: 1 },
  '/api/v1/keys': { name: 'vector', scopes: ['ingest'] },
}

function init(route: Route): RequestInit {
  if (route.method === 'GET' || route.method === 'DELETE') return { method: route.method }
  const body = JSON.stringify(BODIES[route.path] ?? {})
  return { method: route.method, headers: { 'content-type': 'application/json' }, body }
}

const isStream = (route: Route) => route.produces?.includes('text/event-stream') ?? false

describe.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))(
  '%s',
  (_name, route) => {
    it('answers the same through both doors, as it declares', async () => {
      if (isStream(route)) return
      const answers = [
        await api.fetch(target(route), init(route)),
        await api.fetchWeb(target(route), init(route)),
      ]
      for (const answer of answers) {
        const text = await answer.text()
        expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
        if (answer.status >= 400) {
          expect(answer.status).toBeLessThan(500)
          // Protocols of their own word failures in their own way, and so do pages for people.
          if (route.problem !== undefined || route.produces?.includes('text/html')) continue
          expect(answer.headers.get('content-type')).toBe('application/problem+json')
          expect(ProblemSchema.parse(JSON.parse(text)).status).toBe(answer.status)
        } else if (answer.status !== 204) {
          const [type = ''] = (answer.headers.get('content-type') ?? '').split(';')
          expect(route.produces ?? ['application/json']).toContain(type)
          if (type === 'application/json') route.response?.parse(JSON.parse(text))
        }
      }
      expect(answers[0]?.status).toBe(answers[1]?.status)
      expect(api.logged).toEqual([])
    })

    it('turns strangers away through both doors, unless it is public', async () => {
      const stranger = {
        ...init(route),
        headers: { ...init(route).headers, authorization: 'Bearer plb_nobody' },
      }
      for (const fetch of [api.fetch, api.fetchWeb]) {
        const { status } = await fetch(target(route), stranger)
        if (route.access === 'public') expect(status).not.toBe(401)
        // Splunk says 403 for a token it does not know, and its clients are used to it.
        else expect(status).toBe(route.path.startsWith('/services/') ? 403 : 401)
      }
    })
  },
)

describe('the OpenAPI document', () => {
  it('describes every route, and nothing else', async () => {
    const document = await (await api.fetch('/api/v1/openapi.json')).json()
    const described = Object.entries<Record<string, object>>(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect(described.sort()).toEqual(ROUTES.map((route) => `${route.method} ${route.path}`).sort())
    const ids = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap((operations) =>
      Object.values(operations).map((operation) => operation.operationId),
    )
    expect(new Set(ids).size).toBe(ids.length)
    expect(
      document.paths['/api/v1/models/{model}/evaluations'].get.parameters.map(
        (parameter: { name: string }) => parameter.name,
      ),
    ).toContain('cursor')
  })
})

describe('a change asked for by a page', () => {
  it('needs our own origin, the token of the session and a JSON type', async () => {
    const key = { name: 'x', scopes: ['read'] }
    const send = (headers: Record<string, string>) =>
      api.fetch('/api/v1/keys', { method: 'POST', headers, body: JSON.stringify(key) })
    const json = { 'content-type': 'application/json' }
    expect((await send({ ...json, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect((await send({ ...json, origin: 'https://evil.example' })).status).toBe(403)
    expect((await send({ 'content-type': 'text/plain' })).status).toBe(415)
    expect((await send(json)).status).toBe(201)
  })
})

describe('the stream of events', () => {
  it('tells of a change through both doors and ends when the page goes away', async () => {
    for (const fetch of [api.fetch, api.fetchWeb]) {
      const gone = new AbortController()
      const response = await fetch('/api/v1/live', {
        signal: gone.signal,
        headers: { authorization: `Bearer ${ADMIN_KEY}` },
      })
      expect(response.headers.get('content-type')).toBe('text/event-stream')
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
      expect((await reader?.read())?.value).toContain('retry:')
      const next = reader?.read()
      await new Promise((resolve) => setTimeout(resolve, 20))
      api.app.events.publish({ type: 'alerts', model: 'fraud' })
      expect((await next)?.value).toMatch(/^id: \w+-\d\nevent: alerts\ndata: {"model":"fraud"}\n\n$/)
      await reader?.cancel()
      gone.abort()
    }
  })
})
