import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { NO_RECORDS, TRAFFIC_SERIES } from '@/db/contracts/series-store'
import { openTestStores } from '@/db/sqlite/testing'
import { AppendAnswerSchema } from '@/lib/http/schemas'
import { startTestApi, type TestApi } from '@/lib/http/testing'
import { summarise } from '@/lib/services/summaries/summarise'
import { drain, workerContext } from '@/lib/services/summaries/summary-testing'
import { decodeMerged } from '@/lib/summary/codec'

type Stores = Awaited<ReturnType<typeof openTestStores>>

let stores: Stores
let api: TestApi
beforeAll(async () => {
  stores = await openTestStores()
  api = await startTestApi(stores)
})
afterAll(() => api[Symbol.asyncDispose]())

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await api.fetch(path, { method: 'POST', headers, body: text })
  const answer = await response.json()
  if (response.ok) AppendAnswerSchema.parse(answer)
  return { status: response.status, answer }
}

const codesOf = (answer: { errors: { code: string; field: string | null }[] }) =>
  answer.errors.map(({ code, field }) => `${code} ${field}`)

describe('POST /api/v1/events', () => {
  it('counts one event of a name once for a prediction, with whatever time, value or key it is sent again', async () => {
    const click = { model: 'shop', prediction_id: 'p1', event: 'click', timestamp: Date.now() - 1_000 }
    expect((await post('/api/v1/events', click)).answer).toMatchObject({ accepted: 1, duplicates: 0 })
    expect((await post('/api/v1/events', click)).answer).toMatchObject({ accepted: 0, duplicates: 1 })
    const again = { ...click, timestamp: Date.now(), value: 3 }
    expect((await post('/api/v1/events/shop', again)).answer).toMatchObject({
      accepted: 0,
      duplicates: 1,
      conflicts: 0,
      errors: [],
    })
    const both = [again, { ...click, event: 'redo' }]
    expect((await post('/api/v1/events', both)).answer).toMatchObject({ accepted: 1, duplicates: 1 })
  })

  it('answers a repeated Idempotency-Key with the counts of the first time, and refuses it with another body', async () => {
    const headers = { 'idempotency-key': 'events-1' }
    const body = [{ model: 'shop', prediction_id: 'k', event: 'click' }]
    expect((await post('/api/v1/events', body, headers)).answer).toMatchObject({ accepted: 1 })
    expect((await post('/api/v1/events', body, headers)).answer).toMatchObject({
      accepted: 1,
      replayed: true,
    })
    expect((await post('/api/v1/events', [], headers)).status).toBe(200)
    const other = [{ ...body[0], event: 'redo' }]
    expect((await post('/api/v1/events', other, headers)).status).toBe(422)
  })

  it('takes lines, wrappers, other spellings and numbers as ids, and says of each bad one what is wrong', async () => {
    const lines = ['{"model":"shop","prediction_id":7,"event":"switch-mode"}', '{"nonsense']
    const mixed = (await post('/api/v1/events', lines.join('\n'))).answer
    expect(mixed).toMatchObject({ accepted: 1, rejected: 1 })
    const wrapped = { model: 'shop', events: [{ id: 'w', event_name: 'switchMode' }] }
    expect((await post('/api/v1/events', wrapped)).answer).toMatchObject({ accepted: 1, rejected: 0 })
    const bad = [
      { event: 'click' },
      { prediction_id: 'x' },
      { prediction_id: 'x', event: 7 },
      { prediction_id: 'x', event: 'a\nb' },
      { prediction_id: 'x', event: ' click' },
      { prediction_id: 'x', event: 'e'.repeat(65) },
      { prediction_id: 'x', event: 'click', value: false },
      { prediction_id: 'x', event: 'click', value: [1, 2] },
      { prediction_id: 'x', event: 'click', timestamp: 'yesterday' },
      { prediction_id: 'x', event: 'click', timestamp: Date.now() + 3_600_000 },
      { prediction_id: { a: 1 }, event: 'click' },
    ]
    const { status, answer } = await post('/api/v1/events/shop', bad)
    expect(status).toBe(422)
    expect(codesOf(answer)).toEqual([
      'missing_field prediction_id',
      'missing_field event',
      'invalid_value event',
      'control_char event.a\nb',
      'bad_name event',
      'name_too_long event',
      'invalid_value value',
      'unsupported_value value',
      'invalid_timestamp timestamp',
      'timestamp_future timestamp',
      'invalid_id prediction_id',
    ])
    expect((await post('/api/v1/events', { prediction_id: 'x', event: 'click' })).status).toBe(422)
  })

  it('takes names that stand for something elsewhere as they are', async () => {
    const names = ['constructor', 'hasOwnProperty', '__proto__', 'toString', 'then']
    const events = names.map((event) => ({ prediction_id: 'p', event }))
    expect((await post('/api/v1/events/odd', events)).answer).toMatchObject({ accepted: 5, rejected: 0 })
    const again = await post('/api/v1/events/odd', events)
    expect(again.answer).toMatchObject({ duplicates: 5 })
  })

  it('takes twenty names of their own a model and refuses the next one by itself, saying which there are', async () => {
    const named = (name: string) => ({ prediction_id: 'p', event: name })
    const first = Array.from({ length: 20 }, (_, i) => named(`own ${String(i).padStart(2, '0')}`))
    expect((await post('/api/v1/events/many', first)).answer).toMatchObject({ accepted: 20, rejected: 0 })
    const { answer } = await post('/api/v1/events/many', [named('one more'), named('click'), named('own 03')])
    expect(answer).toMatchObject({ accepted: 1, duplicates: 1, rejected: 1 })
    expect(answer.errors[0]).toMatchObject({ index: 0, code: 'too_many_events', prediction_id: 'p' })
    expect(answer.errors[0].message).toContain('own 00')
    expect((await post('/api/v1/events/few', named('one more'))).answer).toMatchObject({ accepted: 1 })
  })

  it('is open to keys that may send, and to no others; nothing of it is a model', async () => {
    const options = { method: 'POST', headers: { authorization: 'Bearer wrong' }, body: '{}' }
    expect((await api.fetch('/api/v1/events', options)).status).toBe(401)
    expect((await api.fetch('/api/v1/resources', options)).status).toBe(401)
    const slash = { prediction_id: 'x', prediction: 1, model: 'events/shop' }
    expect((await post('/api/v1/ingest', slash)).answer).toMatchObject({ rejected: 1 })
  })
})

describe('POST /api/v1/resources', () => {
  it('takes samples of memory, load and CPU, each once', async () => {
    const at = Date.now() - 5_000
    const samples = [
      { model: 'svc', version: '1', timestamp: at, memory_bytes: 100, load: 0.5, cpu: 0.9, pod: 'a' },
      { model: 'svc', version: '1', timestamp: at, memory_bytes: 300, cpu: 1.5, pod: 'b' },
    ]
    expect((await post('/api/v1/resources', samples)).answer).toMatchObject({ accepted: 2, duplicates: 0 })
    // Sent again in another request, together with a new one.
    const next = { ...samples[0], timestamp: at + 1_000 }
    expect((await post('/api/v1/resources/svc', [samples[1], next])).answer).toMatchObject({
      accepted: 1,
      duplicates: 1,
    })
    const ctx = workerContext(stores, { nowMs: Date.now() })
    await drain(() => summarise(ctx))
    const model = await stores.metadata.findModel('svc')
    const version = await stores.metadata.findVersion(model?.id ?? 0, '1')
    const stored = await stores.series.read({
      versionId: version?.id ?? 0,
      profileId: NO_RECORDS,
      level: 'day',
      range: { startMs: 0, endMs: 9e15 },
      columnIds: [TRAFFIC_SERIES],
    })
    expect(decodeMerged(stored.map(({ bytes }) => bytes))).toMatchObject({
      records: 0,
      memory: { n: 3, max: 300 },
      load: { n: 3, max: 1.5 },
    })
  })

  it('recognises samples without a time by the body that they came in', async () => {
    const body = { model: 'svc', memory_bytes: 5 }
    expect((await post('/api/v1/resources', body)).answer).toMatchObject({ accepted: 1 })
    expect((await post('/api/v1/resources', body)).answer).toMatchObject({ accepted: 1, replayed: true })
  })

  it('refuses what is no sample, each by itself', async () => {
    const bad = [
      {},
      { memory_bytes: -1 },
      { cpu: 'much' },
      { load: 1, timestamp: 'soon' },
      { memory_bytes: 8 },
    ]
    const { answer } = await post('/api/v1/resources/svc', bad)
    expect(answer).toMatchObject({ accepted: 1, rejected: 4 })
    expect(codesOf(answer)).toEqual([
      'missing_field memory_bytes',
      'number_out_of_range memory_bytes',
      'invalid_value cpu',
      'invalid_timestamp timestamp',
    ])
  })
})
