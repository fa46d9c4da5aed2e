import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { WAITING_MODEL } from '@/lib/domain/waiting-half'
import { ELASTIC_SHAPES } from '@/lib/http/clients/shapes/elastic'
import { FLUENT_SHAPES } from '@/lib/http/clients/shapes/fluent'
import { LOGGER_SHAPES } from '@/lib/http/clients/shapes/inference-loggers'
import { OTEL_SHAPES } from '@/lib/http/clients/shapes/otel'
import { SERVING_SHAPES } from '@/lib/http/clients/shapes/serving'
import { type Shape, STORED, type Stored } from '@/lib/http/clients/shapes/shape'
import { VECTOR_SHAPES } from '@/lib/http/clients/shapes/vector'
import { ADMIN_KEY, startTestApi, type TestApi } from '@/lib/http/testing'
import { SHIPPER_FIXTURES } from '@/lib/ingest/formats/fixtures/shippers'

const SHAPES: readonly Shape[] = [
  ...VECTOR_SHAPES,
  ...FLUENT_SHAPES,
  ...ELASTIC_SHAPES,
  ...OTEL_SHAPES,
  ...SERVING_SHAPES,
  ...LOGGER_SHAPES,
]

/** After the requests were recorded: records have a time of their own, and old ones would be refused. */
const RECORDED_MS = Date.parse('2026-11-21T12:00:00Z')

async function startApi(): Promise<TestApi> {
  return startTestApi(await openTestStores(), { nowMs: RECORDED_MS })
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** The headers with a key in them. */
function withKey(headers: Shape['headers']): Record<string, string> {
  const forms = {
    '{key}': ADMIN_KEY,
    '{basic}': base64(`plumbline:${ADMIN_KEY}`),
    '{apikey}': base64(`any:${ADMIN_KEY}`),
  }
  let isNamed = false
  const filled = Object.entries(headers).map(([name, value]) => {
    const form = Object.entries(forms).find(([placeholder]) => value.includes(placeholder))
    isNamed ||= form !== undefined
    return [name, form === undefined ? value : value.replace(...form)]
  })
  const bearer = isNamed ? {} : { authorization: `Bearer ${ADMIN_KEY}` }
  return { ...Object.fromEntries(filled), ...bearer }
}

/** Sends it; resolves to type and body of the answer. */
async function send(
  api: TestApi,
  shape: Pick<Shape, 'path' | 'headers' | 'body' | 'status'>,
): Promise<string> {
  const response = await fetch(api.url + shape.path, {
    method: 'POST',
    headers: withKey(shape.headers),
    body: shape.body as BodyInit,
  })
  const answer = `${response.headers.get('content-type') ?? ''} ${await response.text()}`
  expect([response.status, answer]).toEqual([shape.status ?? 200, expect.any(String)])
  return answer
}

/** The records, without the halves of pairs that wait among them. */
async function readStored(api: TestApi): Promise<{ models: string[]; stored: Stored[] }> {
  const all = await api.stores.log.readRecords(null, 1_000)
  const blocks = all.filter(({ model }) => model !== WAITING_MODEL)
  const stored = blocks
    .flatMap(({ records }) => records)
    .map(({ id, f, p }) => ({ id, features: f, prediction: p }))
    .sort((a, b) => a.id.localeCompare(b.id))
  return { models: [...new Set(blocks.map(({ model }) => model))], stored }
}

describe('a request as the shipper sends it, then sent again', () => {
  it.each(SHAPES)('$name', async (shape) => {
    await using api = await startApi()
    const requests = shape.second ? [shape, { ...shape, ...shape.second }] : [shape]
    for (const request of requests) {
      expect(await send(api, request)).toMatch(shape.answer ?? '')
      await send(api, request)
    }
    expect(await readStored(api)).toEqual({ models: [shape.model], stored: shape.stored ?? STORED })
  })
})

describe('a request with the settings that the shipper comes with, then sent again', () => {
  let api: TestApi
  beforeAll(async () => {
    api = await startApi()
  })
  afterAll(() => api[Symbol.asyncDispose]())

  it.each(SHIPPER_FIXTURES)('$shipper', async ({ headers, body, ids }) => {
    const before = await readStored(api)
    const request = { path: '/api/v1/ingest/any', headers, body }
    await send(api, request)
    await send(api, request)
    const after = await readStored(api)
    const known = new Set(before.stored.map(({ id }) => id))
    expect(after.stored.map(({ id }) => id).filter((id) => !known.has(id))).toEqual([...ids].sort())
    expect(after.stored).toHaveLength(before.stored.length + ids.length)
  })
})
