import { promisify } from 'node:util'
import zlib from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { startTestApi, type TestApi } from '@/lib/http/testing'
import { decode, encode, encodeOtlp } from '@/lib/ingest/formats/testing'

const gzip = promisify(zlib.gzip)
let api: TestApi
beforeAll(async () => {
  api = await startTestApi(await openTestStores(), {
    limits: { maxBodyBytes: 100_000, maxDecodedBytes: 200_000 },
  })
})
afterAll(() => api[Symbol.asyncDispose]())

/** Status, type and body of an answer to a POST. */
async function post(
  path: string,
  type: string,
  body: string | Uint8Array,
  headers: Record<string, string> = {},
) {
  const response = await api.fetch(path, {
    method: 'POST',
    headers: { 'content-type': type, ...headers },
    body: body as BodyInit,
  })
  const bytes = Buffer.from(await response.arrayBuffer())
  return { status: response.status, headers: response.headers, bytes, text: bytes.toString() }
}

const stored = async (model: string) => (await api.stores.log.latestRecords(model, null, 100)).length

/** Every next append fails as it does on a full disk. */
async function whileFull(run: () => Promise<void>): Promise<void> {
  const { logWriter } = api.stores
  const { append } = logWriter
  const { AppError } = await import('@/lib/domain/errors')
  logWriter.append = () =>
    Promise.reject(
      new AppError('unavailable', 'The disk is full.', { reason: 'storage_full', retryAfterSeconds: 7 }),
    )
  await run().finally(() => {
    logWriter.append = append
  })
}

describe('OTLP over HTTP', () => {
  const log = (id: string | null, extra: object = {}) => ({
    body: { stringValue: JSON.stringify({ ...(id === null ? {} : { id, prediction: 1 }), ...extra }) },
  })
  const request = (...logRecords: object[]) => ({
    resourceLogs: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'otel' } }] },
        scopeLogs: [{ logRecords }],
      },
    ],
  })
  const asJson = (body: object) => post('/v1/logs', 'application/json', JSON.stringify(body))
  const asProtobuf = (body: object) => post('/v1/logs', 'application/x-protobuf', encodeOtlp(body))

  it('answers in the type of the request, without a charset, and with nothing where that says it all', async () => {
    const json = await post('/v1/logs', 'application/json; charset=utf-8', JSON.stringify(request(log('a'))))
    expect([json.status, json.headers.get('content-type'), json.text]).toEqual([
      200,
      'application/json',
      '{}',
    ])
    const protobuf = await asProtobuf(request(log('b')))
    expect([protobuf.status, protobuf.headers.get('content-type')]).toEqual([200, 'application/x-protobuf'])
    expect(protobuf.bytes).toHaveLength(0)
    expect(protobuf.headers.get('content-length')).toBe('0')
    expect(await stored('otel')).toBe(2)
  })

  it('tells of records that were refused, by number and reason, and stores the others', async () => {
    const body = request(log('c'), log(null), log('a', { prediction: 2 }))
    const { status, text } = await asJson(body)
    expect([status, JSON.parse(text)]).toEqual([
      200,
      {
        partialSuccess: {
          rejectedLogRecords: '2',
          errorMessage: expect.stringMatching(/^Log record 1: missing_field .* And 1 more\.$/),
        },
      },
    ])
    const protobuf = await asProtobuf(body)
    expect(decode('LogsResponse', protobuf.bytes)).toEqual({
      partialSuccess: { rejectedLogRecords: 2, errorMessage: expect.stringContaining('missing_field') },
    })
    expect(await stored('otel')).toBe(3)
  })

  it('takes empty requests and packed ones', async () => {
    expect((await post('/v1/logs', 'application/x-protobuf', '')).status).toBe(200)
    expect((await asJson({})).text).toBe('{}')
    const packed = await gzip(encodeOtlp(request(log('packed'))))
    expect(
      (await post('/v1/logs', 'application/x-protobuf', packed, { 'content-encoding': 'gzip' })).status,
    ).toBe(200)
  })

  it('words failures as a google.rpc.Status in the type of the request', async () => {
    const broken = await post('/v1/logs', 'application/json', '{"resourceLogs":[')
    expect([broken.status, broken.headers.get('content-type')]).toEqual([400, 'application/json'])
    expect(JSON.parse(broken.text)).toEqual({ code: 3, message: expect.any(String) })
    const bytes = await post('/v1/logs', 'application/x-protobuf', Buffer.from([0x0b]))
    expect([bytes.status, bytes.headers.get('content-type')]).toEqual([400, 'application/x-protobuf'])
    expect(decode('Status', bytes.bytes)).toEqual({ code: 3, message: expect.any(String) })
    const large = await post('/v1/logs', 'application/x-protobuf', Buffer.alloc(100_001))
    expect([large.status, decode('Status', large.bytes)]).toMatchObject([413, { code: 8 }])
    const bomb = await gzip(Buffer.alloc(300_000))
    const packed = await post('/v1/logs', 'application/x-protobuf', bomb, { 'content-encoding': 'gzip' })
    expect(packed.status).toBe(413)
    const stranger = await post('/v1/logs', 'application/json', '{}', { authorization: 'Bearer plb_no' })
    expect([stranger.status, JSON.parse(stranger.text)]).toMatchObject([401, { code: 16 }])
    expect((await post('/v1/logs', 'text/plain', '{}')).status).toBe(415)
    expect((await post('/v1/logs', 'application/json', '{}', { 'content-encoding': 'lz4' })).status).toBe(415)
  })

  it('asks for another try when nothing can be stored', () =>
    whileFull(async () => {
      const { status, headers, text } = await asJson(request(log('later')))
      expect([status, headers.get('retry-after'), JSON.parse(text).code]).toEqual([503, '7', 14])
    }))
})

describe("Elasticsearch's bulk API", () => {
  const NDJSON = 'application/vnd.elasticsearch+x-ndjson; compatible-with=8'
  const send = (body: string, path = '/es/_bulk') => post(path, NDJSON, body)
  const action = (name: string, id: string, document: object) =>
    `${JSON.stringify({ [name]: { _index: 'bulk-2026.11.21', _id: id } })}\n${JSON.stringify(document)}\n`

  it('answers with the bytes that its clients look for', async () => {
    const { status, text, headers } = await send(action('create', 'a', { prediction: 1 }))
    expect(status).toBe(200)
    expect(headers.get('x-elastic-product')).toBe('Elasticsearch')
    expect(headers.get('content-type')).toBe('application/json')
    expect(text).toMatch(
      /^\{"took":\d+,"errors":false,"items":\[\{"create":\{"_index":"bulk-2026.11.21","_id":"a","_version":1,"result":"created","status":201\}\}\]\}$/,
    )
    expect(await stored('bulk')).toBe(1)
  })

  it('says of each action what became of it', async () => {
    const body =
      action('index', 'a', { prediction: 1 }) +
      action('create', 'a', { prediction: 1 }) +
      action('index', 'a', { prediction: 0 }) +
      action('index', 'b', { note: 'nothing else' }) +
      `{"delete":{"_index":"bulk","_id":"a"}}\n` +
      action('update', 'c', { doc: { prediction: 1 } }) +
      action('index', 'd', { prediction: 1, timestamp: 'soon' })
    const { text } = await send(body)
    const { errors, items } = JSON.parse(text)
    expect(errors).toBe(true)
    expect(
      items.map((item: object) => Object.entries(item).map(([name, { status }]) => [name, status])[0]),
    ).toEqual([
      ['index', 200],
      ['create', 409],
      ['index', 409],
      ['index', 201],
      ['delete', 400],
      ['update', 201],
      ['index', 400],
    ])
    expect(items[6].index.error).toEqual({
      type: 'invalid_timestamp',
      reason: expect.stringContaining('[timestamp]'),
    })
    expect(items[1].create.error.type).toBe('version_conflict_engine_exception')
  })

  it('names more than twenty refused, repeated and conflicting actions', async () => {
    const many = (prediction: number) =>
      Array.from({ length: 40 }, (_, i) => action('index', `m${i}`, { prediction })).join('')
    await send(many(1))
    const statuses = JSON.parse(
      (await send(many(1) + many(2) + action('index', 'x', {}).repeat(40))).text,
    ).items.map((item: { index: { status: number } }) => item.index.status)
    expect(statuses).toEqual([...Array(40).fill(200), ...Array(40).fill(409), ...Array(40).fill(400)])
  })

  it('repeats its answer when records without an id come again', async () => {
    const body =
      '{"index":{}}\n{"prediction":1,"features":{"x":1}}\n{"index":{}}\n{"prediction":1,"features":{"x":1}}\n'
    const first = JSON.parse((await send(body, '/es/noid/_bulk')).text)
    const again = JSON.parse((await send(body, '/es/noid/_bulk')).text)
    const statusOf = (answer: { items: { index: { status: number } }[] }) =>
      answer.items.map(({ index }) => index.status)
    expect([statusOf(first), statusOf(again)]).toEqual([
      [201, 201],
      [200, 200],
    ])
    expect(await stored('noid')).toBe(2)
    // Sent to another index it is no retry.
    expect(statusOf(JSON.parse((await send(body, '/es/elsewhere/_bulk')).text))).toEqual([201, 201])
    expect(await stored('elsewhere')).toBe(2)
  })

  it('shows only what filter_path names', async () => {
    const path = '/es/_bulk?filter_path=errors,items.*.error,items.*.status'
    const { text } = await send(action('create', 'f', { prediction: 1 }), path)
    expect(text).toBe('{"errors":false,"items":[{"create":{"status":201}}]}')
  })

  it('words failures as Elasticsearch, and those worth a retry as plain text', async () => {
    const broken = await send('hello\n')
    expect([broken.status, JSON.parse(broken.text)]).toMatchObject([
      400,
      {
        error: { type: 'illegal_argument_exception', reason: expect.stringContaining('Malformed') },
        status: 400,
      },
    ])
    expect((await send('x'.repeat(100_001))).status).toBe(413)
    const stranger = await post('/es/_bulk', NDJSON, '', { authorization: 'ApiKey no' })
    expect([stranger.status, stranger.text.startsWith('{')]).toEqual([401, false])
    await whileFull(async () => {
      const { status, headers, text } = await send(action('index', 'later', { prediction: 1 }))
      expect([status, headers.get('retry-after'), headers.get('content-type')]).toEqual([
        503,
        '7',
        'text/plain',
      ])
      expect(text).toBe('The disk is full.\n')
    })
  })

  it('says in the words of Elasticsearch what it does not have', async () => {
    const search = await post('/es/fraud/_search', 'application/json', '{}')
    expect([search.status, JSON.parse(search.text)]).toMatchObject([
      404,
      { error: { type: 'resource_not_found_exception' }, status: 404 },
    ])
    const wrong = await api.fetch('/es/_bulk')
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'OPTIONS, POST, PUT'])
  })

  it.each([
    ['/es', 'version'],
    ['/es/_cluster/health', 'status'],
    ['/es/_license', 'license'],
    ['/es/_xpack', 'features'],
    ['/es/_ilm/policy/filebeat', 'filebeat'],
    ['/es/_index_template/filebeat', 'index_templates'],
    ['/es/_template/logstash', 'logstash'],
    ['/es/_data_stream/filebeat', 'data_streams'],
  ])('answers GET and HEAD %s', async (path, key) => {
    const response = await api.fetch(path)
    expect(response.headers.get('x-elastic-product')).toBe('Elasticsearch')
    expect(await response.json()).toHaveProperty(key)
    expect((await api.fetch(path, { method: 'HEAD' })).status).toBe(200)
    expect((await api.fetch(path, { headers: { authorization: 'ApiKey no' } })).status).toBe(401)
  })
})

describe("Splunk's HTTP Event Collector", () => {
  const event = (id: string, more: object = {}) =>
    JSON.stringify({ source: 'hec', event: { id, prediction: 1, ...more } })
  const send = (body: string, path = '/services/collector/event') => post(path, 'application/json', body)

  it('answers success, and the number of the first event that is none', async () => {
    const good = await send(event('a') + event('b'))
    expect([good.status, good.text]).toEqual([200, '{"text":"Success","code":0}'])
    const bad = await send(`${event('c') + event('d')}{"event":"hello"}${event('e')}{"event":5}`)
    expect([bad.status, JSON.parse(bad.text)]).toMatchObject([
      400,
      { text: 'Invalid data format', code: 6, 'invalid-event-number': 2 },
    ])
    expect(await stored('hec')).toBe(5)
    expect(JSON.parse((await send('{"source":"x"}')).text)).toMatchObject({
      code: 12,
      'invalid-event-number': 0,
    })
    expect((await send(event('a', { prediction: 2 }))).status).toBe(200)
  })

  it('takes bare lines of a source, and tells of its health to anybody', async () => {
    const raw = await send('{"id":"r","prediction":1}\n', '/services/collector/raw?source=hecraw&channel=1')
    expect(raw.text).toBe('{"text":"Success","code":0}')
    expect(await stored('hecraw')).toBe(1)
    const line = '{"prediction":1,"features":{"x":1}}\n'
    for (const source of ['one', 'two', 'one']) await send(line, `/services/collector/raw?source=${source}`)
    expect([await stored('one'), await stored('two')]).toEqual([1, 1])
    const health = await fetch(`${api.url}/services/collector/health`)
    expect(await health.json()).toEqual({ text: 'HEC is healthy', code: 17 })
  })

  it("words failures in Splunk's codes", async () => {
    const as = (authorization: string) =>
      post('/services/collector', 'application/json', event('z'), { authorization })
    expect([(await as('Splunk no')).status, (await as('Splunk no')).text]).toEqual([
      403,
      expect.stringContaining('{"text":"Invalid token","code":4'),
    ])
    const none = await fetch(`${api.url}/services/collector`, { method: 'POST', body: event('z') })
    expect([none.status, await none.json()]).toMatchObject([401, { text: 'Token is required', code: 2 }])
    expect([(await send('')).status, JSON.parse((await send('')).text).code]).toEqual([400, 5])
    await whileFull(async () => {
      const busy = await send(event('later'))
      expect([busy.status, JSON.parse(busy.text)]).toMatchObject([503, { text: 'Server is busy', code: 9 }])
    })
  })
})

describe("Loki's push API", () => {
  const line = (id: string) => JSON.stringify({ id, prediction: 1 })
  const push = (...lines: string[]) => ({
    streams: [{ stream: { model: 'loki' }, values: lines.map((line) => [`${Date.now()}000000`, line]) }],
  })

  it('answers 204 to JSON and to packed protobuf that does not say so', async () => {
    const json = await post('/loki/api/v1/push', 'application/json', JSON.stringify(push(line('a'))))
    expect([json.status, json.text]).toEqual([204, ''])
    const entries = [{ timestamp: { seconds: Math.floor(Date.now() / 1_000) }, line: line('b') }]
    const message = encode('PushRequest', { streams: [{ labels: '{model="loki"}', entries }] })
    const { compress } = await import('snappyjs')
    const packed = compress(message)
    const headers = { 'x-scope-orgid': 'tenant' }
    expect((await post('/loki/api/v1/push', 'application/x-protobuf', packed, headers)).status).toBe(204)
    const named = { 'content-encoding': 'snappy' }
    expect((await post('/loki/api/v1/push', 'application/x-protobuf', packed, named)).status).toBe(204)
    expect(await stored('loki')).toBe(2)
  })

  it('words failures as plain text, and stores the lines that are records', async () => {
    const partly = await post(
      '/loki/api/v1/push',
      'application/json',
      JSON.stringify(push('hello', line('c'))),
    )
    expect([partly.status, partly.text]).toEqual([
      400,
      expect.stringMatching(/^1 lines refused.*line 0: wrong_shape/),
    ])
    expect(await stored('loki')).toBe(3)
    expect((await post('/loki/api/v1/push', 'application/json', '{')).status).toBe(400)
    expect((await post('/loki/api/v1/push', 'application/x-protobuf', 'hello')).status).toBe(400)
    expect((await post('/loki/api/v1/push', 'text/html', '{}')).status).toBe(415)
    await whileFull(async () => {
      const busy = await post('/loki/api/v1/push', 'application/json', JSON.stringify(push(line('d'))))
      expect([busy.status, busy.headers.get('retry-after'), busy.text]).toEqual([
        503,
        '7',
        'The disk is full.\n',
      ])
    })
  })

  it('tells that it is ready to anybody', async () => {
    expect(await (await fetch(`${api.url}/ready`)).text()).toBe('ready\n')
    expect(await (await api.fetch('/loki/api/v1/status/buildinfo')).json()).toHaveProperty('version')
  })
})
