import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { HOUR_MS } from '@/lib/domain/time'
import { KeySchema } from '@/lib/http/schemas-alerts'
import { startTestApi, type TestApi } from '@/lib/http/testing'

let api: TestApi
let nowMs = Date.UTC(2026, 0, 1, 12)
beforeAll(async () => {
  vi.spyOn(Date, 'now').mockImplementation(() => nowMs)
  api = await startTestApi(await openTestStores())
})
afterAll(async () => {
  vi.restoreAllMocks()
  await api[Symbol.asyncDispose]()
})

interface Made {
  key: { id: number; client: number; expires: string | null }
  secret: string
}

const change = (method: string, path: string, body?: object) =>
  api.fetch(path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
const make = async (body: object): Promise<Made> =>
  (await change('POST', '/api/v1/keys', { name: 'vector', scopes: ['ingest'], ...body })).json()
const send = (secret: string, records: number) =>
  api.fetch('/api/v1/ingest/quoted', {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}` },
    body: JSON.stringify(
      Array.from({ length: records }, (_, i) => ({ id: `${nowMs}-${i}`, features: { a: i } })),
    ),
  })

it('answers 429 with Retry-After beyond what a client may send, and nothing of that request is stored', async () => {
  const { key, secret } = await make({ records_per_second: 10 })
  expect((await send(secret, 100)).status).toBe(200)
  const refused = await send(secret, 1)
  expect(refused.status).toBe(429)
  expect(refused.headers.get('retry-after')).toBe('9')
  expect(await refused.json()).toMatchObject({ code: 'quota_exceeded' })
  await change('PATCH', `/api/v1/keys/${key.id}`, { records_per_second: null })
  nowMs += 600
  expect((await send(secret, 1)).status).toBe(200)
})

it('gives a client two live keys at most; the old one ends with its grace', async () => {
  const old = await make({ bytes_per_second: 5_000 })
  const rotated = (await (
    await change('POST', `/api/v1/keys/${old.key.id}/rotate`, { grace_hours: 2 })
  ).json()) as Made
  expect(rotated.key).toMatchObject({ client: old.key.id, bytes_per_second: 5_000, name: 'vector' })
  expect((await change('POST', `/api/v1/keys/${rotated.key.id}/rotate`, {})).status).toBe(409)
  expect([(await send(old.secret, 1)).status, (await send(rotated.secret, 1)).status]).toEqual([200, 200])
  nowMs += 2 * HOUR_MS + 600
  expect([(await send(old.secret, 1)).status, (await send(rotated.secret, 1)).status]).toEqual([401, 200])
  expect((await change('POST', `/api/v1/keys/${old.key.id}/rotate`, {})).status).toBe(409)
  expect((await change('POST', `/api/v1/keys/${rotated.key.id}/rotate`, { grace_hours: null })).status).toBe(
    201,
  )
})

it('refuses a revoked key within half a second', async () => {
  const { key, secret } = await make({})
  expect((await send(secret, 1)).status).toBe(200)
  await change('DELETE', `/api/v1/keys/${key.id}`)
  nowMs += 500
  expect((await send(secret, 1)).status).toBe(401)
})

it('lists keys with what they may, and never with their secrets', async () => {
  const { secret } = await make({ records_per_second: 7 })
  const text = await (await api.fetch('/api/v1/keys')).text()
  expect(text).not.toContain(secret)
  for (const key of JSON.parse(text).keys) KeySchema.strict().parse(key)
})

it.each([
  ['POST', '/api/v1/keys', { name: 'x', scopes: ['ingest'], records_per_second: 0 }, 422],
  ['POST', '/api/v1/keys', { name: 'x', scopes: ['ingest'], bytes_per_second: -1 }, 422],
  ['PATCH', '/api/v1/keys/999', { bytes_per_second: 1 }, 404],
  ['POST', '/api/v1/keys/999/rotate', {}, 404],
  ['POST', '/api/v1/keys/1/rotate', { grace_hours: 1e9 }, 422],
])('answers %s %s %j with %i', async (method, path, body, status) => {
  expect((await change(method, path, body)).status).toBe(status)
})
