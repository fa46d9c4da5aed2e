import { gzipSync } from 'node:zlib'
import { encode } from '@msgpack/msgpack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { startTestApi, type TestApi } from '@/lib/http/testing'
import { SHIPPER_FIXTURES } from '@/lib/ingest/formats/fixtures/shippers'

const NOW_MS = Date.UTC(2026, 10, 21, 12)

let api: TestApi
beforeAll(async () => {
  api = await startTestApi(await openTestStores(), { nowMs: NOW_MS })
})
afterAll(() => api[Symbol.asyncDispose]())

async function send(
  path: string,
  body: string | Uint8Array,
  headers: Record<string, string>,
  method = 'POST',
) {
  const response = await api.fetch(path, { method, headers, body: body as BodyInit })
  return { status: response.status, body: await response.json(), type: response.headers.get('content-type') }
}

describe('requests as shippers make them', () => {
  it.each(SHIPPER_FIXTURES.map((fixture) => [fixture.shipper, fixture] as const))(
    'are taken, and counted once when they are sent again: %s',
    async (_shipper, { headers, body, ids, at, method }) => {
      const before = await api.stores.log.latestRecords('shipped', null, 100)
      const first = await send('/api/v1/ingest/shipped', body, headers, method)
      const again = await send('/api/v1/ingest/shipped', body, headers, method)
      expect([first.status, again.status]).toEqual([200, 200])
      const after = await api.stores.log.latestRecords('shipped', null, 100)
      const fresh = after.slice(0, after.length - before.length).map(({ record }) => record)
      expect(fresh.map(({ id }) => id).sort()).toEqual([...ids].sort())
      if (at !== undefined) expect(fresh.find(({ id }) => id === ids[0])?.at).toBe(Date.parse(at))
      for (const record of fresh) expect(Object.keys(record.f)).toHaveLength(2)
      expect(api.logged).toEqual([])
    },
  )
})

describe('deliveries of Firehose', () => {
  const headers = (id: string) => ({
    'content-type': 'application/json',
    'x-amz-firehose-protocol-version': '1.0',
    'x-amz-firehose-request-id': id,
  })
  const delivery = (id: string, ...data: string[]) =>
    JSON.stringify({ requestId: id, timestamp: NOW_MS, records: data.map((text) => ({ data: btoa(text) })) })

  it('are answered with their own id and a time, and nothing else', async () => {
    const { status, body, type } = await send(
      '/api/v1/ingest/fire',
      delivery('r1', '{"prediction_id":"x","prediction":1}', 'no json'),
      headers('r1'),
    )
    expect([status, type]).toEqual([200, 'application/json'])
    expect(body).toEqual({ requestId: 'r1', timestamp: expect.any(Number) })
    const refused = await (await api.fetch('/api/v1/refused?model=fire')).json()
    expect(refused.refused).toMatchObject([{ code: 'malformed_json', raw: 'no json' }])
  })

  it('are known by either of their headers, and by the id in their body', async () => {
    const known = { 'content-type': 'application/json', 'x-amz-firehose-protocol-version': '1.0' }
    const body = delivery('r4', '{"prediction":1}')
    for (const headers of [known, known, { 'x-amz-firehose-request-id': 'r4' }]) {
      const answer = await send('/api/v1/ingest/fire4', body, headers)
      expect([answer.status, answer.body]).toEqual([200, { requestId: 'r4', timestamp: expect.any(Number) }])
    }
    expect(await api.stores.log.latestRecords('fire4', null, 10)).toHaveLength(1)
    expect((await send('/api/v1/ingest/fire4', '[1]', known)).body).toEqual({
      requestId: '',
      timestamp: expect.any(Number),
      errorMessage: expect.any(String),
    })
  })

  it('are the same when they are tried again, whatever time they are stamped with', async () => {
    const first = delivery('r3', '{"prediction":1}')
    const again = first.replace(/"timestamp":\d+/, '"timestamp": 1')
    for (const body of [first, again, first])
      expect((await send('/api/v1/ingest/fire3', body, headers('r3'))).status).toBe(200)
    const other = delivery('r3', '{"prediction":2}')
    expect((await send('/api/v1/ingest/fire3', other, headers('r3'))).status).toBe(422)
    expect(await api.stores.log.latestRecords('fire3', null, 10)).toHaveLength(1)
  })

  it.each([
    ['nothing in it could be taken', delivery('r2', 'no json'), 422, {}],
    ['it is no delivery', '[1]', 422, {}],
    [
      'its key is wrong',
      delivery('r2', '{}'),
      401,
      { authorization: '', 'x-amz-firehose-access-key': 'plb_wrong' },
    ],
    [
      'it is compressed in a way that is not offered',
      delivery('r2', '{}'),
      415,
      { 'content-encoding': 'lz4' },
    ],
  ])('say what was wrong in the same form when %s', async (_why, body, status, more) => {
    const answer = await send('/api/v1/ingest/fire', body, { ...headers('r2'), ...more })
    expect([answer.status, answer.type]).toEqual([status, 'application/json'])
    expect(answer.body).toEqual({
      requestId: 'r2',
      timestamp: expect.any(Number),
      errorMessage: expect.any(String),
    })
  })
})

describe('MessagePack', () => {
  it('is taken under each of its types, and as labels too', async () => {
    for (const type of ['application/msgpack', 'application/x-msgpack', 'application/vnd.msgpack']) {
      const body = encode({ prediction_id: type, prediction: 1 })
      expect((await send('/api/v1/ingest/packed', body, { 'content-type': type })).body).toMatchObject({
        accepted: 1,
      })
    }
    const label = encode({ prediction_id: 'x', actual: 1 })
    const answer = await send('/api/v1/labels/packed', label, { 'content-type': 'application/msgpack' })
    expect(answer.body).toMatchObject({ accepted: 1, labels: 1 })
  })

  it('that cannot be read is refused whole', async () => {
    const answer = await send('/api/v1/ingest/packed', Buffer.from([0xc1]), {
      'content-type': 'application/msgpack',
    })
    expect([answer.status, answer.body.code]).toEqual([422, 'undecodable'])
  })
})

describe('a table of labels', () => {
  const table = 'prediction_id,actual,model\na,1,tabled\nb,0,tabled\n,1,tabled\n'

  it('is taken as CSV, row by row, and kept where it cannot be', async () => {
    for (const type of ['text/csv', 'text/csv; charset=utf-8', 'application/csv']) {
      const { status, body } = await send('/api/v1/labels', table, { 'content-type': type })
      expect(status).toBe(200)
      expect(body).toMatchObject({ accepted: 2, labels: 2, rejected: 1, errors: [{ code: 'missing_field' }] })
    }
    const packed = await send('/api/v1/labels/tabled', gzipSync('id\tlabel\nc\tyes\n'), {
      'content-type': 'text/tab-separated-values',
      'content-encoding': 'gzip',
    })
    expect(packed.body).toMatchObject({ accepted: 1, rejected: 0 })
  })

  it('is refused in words where it is none', async () => {
    const { status, body } = await send('/api/v1/labels', 'a,1\nb,2\n', { 'content-type': 'text/csv' })
    expect([status, body.code]).toEqual([422, 'undecodable'])
    expect(body.detail).toMatch(/must name its columns/)
  })
})

describe('deliveries of Firehose whose data are packed once more', () => {
  const MIB = 1024 * 1024
  const deliver = (model: string, id: string, ...data: Buffer[]) =>
    send(
      `/api/v1/ingest/${model}`,
      JSON.stringify({
        requestId: id,
        timestamp: NOW_MS,
        records: data.map((part) => ({ data: part.toString('base64') })),
      }),
      { 'content-type': 'application/json', 'x-amz-firehose-request-id': id },
    )
  const refusedOf = async (model: string) =>
    (await (await api.fetch(`/api/v1/refused?model=${model}`)).json()).refused
  /** What a subscription of CloudWatch Logs puts into a record. */
  const cloudWatch = (logEvents: object[], messageType = 'DATA_MESSAGE') =>
    gzipSync(
      JSON.stringify({
        messageType,
        owner: '123456789012',
        logGroup: '/aws/lambda/score',
        logStream: '2026/11/21/[$LATEST]0',
        subscriptionFilters: ['plumbline'],
        logEvents,
      }),
    )

  it('are seen through: lines of CloudWatch Logs with their time, and with their id where a record has none', async () => {
    const atMs = NOW_MS - 60_000
    const line = (id: string, message: string) => ({ id, timestamp: atMs, message })
    const answer = await deliver(
      'watched',
      'cw1',
      cloudWatch([
        line('3195310660696698337880902507980421114328961542429', '{"features":{"a":1},"prediction":2}\n'),
        line('2', '{"prediction_id":"own","prediction":3}'),
        line('3', '2026-11-21T12:00:00.000Z\t6e9a\tINFO\t{"prediction_id":"logger","prediction":4}\n'),
        line('4', 'START RequestId: 6e9a Version: $LATEST\n'),
      ]),
      cloudWatch(
        [line('', 'CWL CONTROL MESSAGE: Checking health of destination Firehose.')],
        'CONTROL_MESSAGE',
      ),
      gzipSync('{"prediction_id":"plain","prediction":5}\n{"prediction_id":"lines","prediction":6}\n'),
    )
    expect(answer.status).toBe(200)
    const latest = await api.stores.log.latestRecords('watched', null, 10)
    expect(Object.fromEntries(latest.map(({ record: { id, at, p } }) => [id, [p, at === atMs]]))).toEqual({
      '3195310660696698337880902507980421114328961542429': [2, true],
      own: [3, true],
      logger: [4, true],
      plain: [5, false],
      lines: [6, false],
    })
    expect(await refusedOf('watched')).toMatchObject([{ code: 'missing_field' }])
  })

  it('are stored once, however often they are tried', async () => {
    const part = cloudWatch([{ id: 'e1', timestamp: NOW_MS, message: '{"prediction":1}' }])
    for (const id of ['t1', 't1', 't2']) expect((await deliver('tried', id, part)).status).toBe(200)
    expect(await api.stores.log.latestRecords('tried', null, 10)).toHaveLength(1)
  })

  it('are refused one by one where they are damaged, cut off, no text or too large', async () => {
    const whole = gzipSync('{"prediction_id":"x","prediction":1}')
    const changed = Buffer.from(whole)
    changed.writeUInt8((whole[whole.length - 5] ?? 0) ^ 1, whole.length - 5)
    const bomb = gzipSync(Buffer.alloc(17 * MIB, 0x20))
    const parts = [whole.subarray(0, -3), changed, gzipSync(Buffer.from([0x80, 0xff])), bomb, whole]
    expect((await deliver('parts', 'p1', ...parts)).status).toBe(200)
    expect(await api.stores.log.latestRecords('parts', null, 10)).toHaveLength(1)
    expect((await refusedOf('parts')).map(({ code }: { code: string }) => code).reverse()).toEqual([
      'malformed_json',
      'malformed_json',
      'invalid_unicode',
      'record_too_large',
    ])
  })

  it('may together hold as much as a body may, and no more', async () => {
    const sixteen = gzipSync(Buffer.alloc(16 * MIB - 64, 0x20))
    const parts = Array.from({ length: 5 }, () => sixteen)
    expect((await deliver('sum', 's1', ...parts)).status).toBe(413)
  })
})
