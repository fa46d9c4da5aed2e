import zlib from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { AppendAnswerSchema } from '@/lib/http/schemas'
import { startTestApi, type TestApi } from '@/lib/http/testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi(await openTestStores())
})
afterAll(() => api[Symbol.asyncDispose]())

let count = 0
const record = (extra: object = {}) => ({
  prediction_id: `p${count++}`,
  features: { amount: 12.5, region: 'EU' },
  prediction: 1,
  ...extra,
})

async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
  const bytes = typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)
  const response = await api.fetch(path, { method: 'POST', headers, body: bytes as BodyInit })
  return { status: response.status, body: await response.json(), headers: response.headers }
}

describe('POST /api/v1/ingest', () => {
  it('takes one record for the model in the path and answers the counts', async () => {
    const { status, body } = await post('/api/v1/ingest/fraud', record())
    expect(status).toBe(200)
    expect(AppendAnswerSchema.parse(body)).toMatchObject({
      accepted: 1,
      duplicates: 0,
      rejected: 0,
      errors: [],
    })
  })

  it('takes the same records as a list, under a wrapper, as lines and glued, whatever the type says', async () => {
    const three = () => [record({ model: 'm' }), record({ model: 'm' }), record({ model: 'm' })]
    const forms = [
      JSON.stringify(three()),
      JSON.stringify({ records: three() }),
      three()
        .map((one) => JSON.stringify(one))
        .join('\n'),
      `${three()
        .map((one) => JSON.stringify(one))
        .join('\r\n')}\r\n\r\n`,
      three()
        .map((one) => JSON.stringify(one))
        .join(''),
      three()
        .map((one) => JSON.stringify(one, null, 2))
        .join('\n'),
    ]
    for (const form of forms) {
      const { body } = await post('/api/v1/ingest', form, {
        'content-type': 'application/x-www-form-urlencoded',
      })
      expect(body).toMatchObject({ accepted: 3, rejected: 0 })
    }
  })

  it('takes gzip, zlib and raw deflate bodies', async () => {
    const encode = [
      ['gzip', zlib.gzipSync],
      ['deflate', zlib.deflateSync],
      ['deflate', zlib.deflateRawSync],
    ] as const
    for (const [encoding, compress] of encode) {
      const body = compress(JSON.stringify(record()))
      const answer = await post('/api/v1/ingest/fraud', body, { 'content-encoding': encoding })
      expect(answer.body).toMatchObject({ accepted: 1 })
    }
  })

  it('counts a repeated record as a duplicate and a changed one as a conflict', async () => {
    const one = record()
    await post('/api/v1/ingest/fraud', one)
    expect((await post('/api/v1/ingest/fraud', one)).body).toMatchObject({ accepted: 0, duplicates: 1 })
    const changed = await post('/api/v1/ingest/fraud', { ...one, prediction: 0 })
    expect(changed.status).toBe(200)
    expect(changed.body).toMatchObject({
      accepted: 0,
      conflicts: 1,
      errors: [{ index: 0, code: 'id_conflict' }],
    })
  })

  it('answers a retry with the same Idempotency-Key with the first counts', async () => {
    const body = JSON.stringify([record(), record()])
    const key = { 'idempotency-key': 'batch-1' }
    expect((await post('/api/v1/ingest/fraud', body, key)).body).toMatchObject({ accepted: 2 })
    expect((await post('/api/v1/ingest/fraud', body, key)).body).toMatchObject({
      accepted: 2,
      replayed: true,
    })
    const other = await post('/api/v1/ingest/fraud', record(), key)
    expect(other.status).toBe(422)
    expect(other.body.code).toBe('idempotency_mismatch')
  })

  it('counts once what comes many times at once, by key and by record', async () => {
    const body = JSON.stringify([record(), record(), record()])
    const sendAll = (headers: () => Record<string, string>) =>
      Promise.all(Array.from({ length: 12 }, () => post('/api/v1/ingest/parallel', body, headers())))
    const byKey = await sendAll(() => ({ 'idempotency-key': 'parallel' }))
    expect(byKey.map(({ status }) => status)).toEqual(Array(12).fill(200))
    expect(byKey.map(({ body: { accepted } }) => accepted)).toEqual(Array(12).fill(3))
    expect(byKey.filter(({ body: { replayed } }) => !replayed)).toHaveLength(1)
    const byRecord = await sendAll(() => ({}))
    expect(byRecord.map(({ body: { duplicates } }) => duplicates)).toEqual(Array(12).fill(3))
  })

  it('recognises a repeated body whose records have no id', async () => {
    const body = JSON.stringify({ features: { a: 0.25 }, prediction: 7, timestamp: Date.now() })
    expect((await post('/api/v1/ingest/fraud', body)).body).toMatchObject({ accepted: 1 })
    expect((await post('/api/v1/ingest/fraud', body)).body).toMatchObject({ accepted: 1, replayed: true })
  })

  it('stores the good records of a bad batch and says what is wrong with the others', async () => {
    const { status, body } = await post('/api/v1/ingest/fraud', [
      record(),
      { prediction_id: 'late', features: { a: 1 }, timestamp: '2001-01-01T00:00:00Z' },
      record({ timestamp: 'yesterday' }),
      record(),
    ])
    expect(status).toBe(200)
    expect(body).toMatchObject({ accepted: 2, rejected: 2, errors_truncated: false })
    expect(body.errors).toMatchObject([
      { index: 1, prediction_id: 'late', code: 'timestamp_too_old', field: 'timestamp' },
      { index: 2, code: 'invalid_timestamp', field: 'timestamp' },
    ])
    const refused = await (await api.fetch('/api/v1/refused?model=fraud&limit=2')).json()
    expect(refused.refused.map((item: { code: string }) => item.code).sort()).toEqual([
      'invalid_timestamp',
      'timestamp_too_old',
    ])
  })

  it('takes what it has doubts about, and says which', async () => {
    const send = async (features: object, extra: object = {}, headers = {}) => {
      const { body } = await post('/api/v1/ingest/doubts', { features, ...extra }, headers)
      return AppendAnswerSchema.parse(body)
    }
    const first = await send({ Age: 1 }, { predicton_id: 'x' })
    expect(first).toMatchObject({
      accepted: 1,
      warnings: [
        { code: 'unknown_field', field: 'predicton_id', count: 1 },
        { code: 'no_prediction_id', count: 1 },
      ],
    })
    const similar = await send({ Age: 1, 'age ': 2 }, { prediction_id: 'd1' })
    expect(similar.warnings).toMatchObject([
      { code: 'similar_name', field: 'features.age ', message: expect.stringContaining('"Age"') },
    ])
    // Once it is known it is a feature like any other; and a key of the client's own recognises retries.
    expect(await send({ Age: 1, 'age ': 2 }, { prediction_id: 'd2' })).not.toHaveProperty('warnings')
    expect(await send({ Age: 3 }, {}, { 'idempotency-key': 'd3' })).not.toHaveProperty('warnings')
  })

  it('takes the rows of one payload as one record each', async () => {
    const rows = async (body: object) => {
      const answer = await post('/api/v1/ingest/serving', body)
      const latest = await api.stores.log.latestRecords('serving', null, answer.body.accepted)
      return latest.map(({ record: { id, f, p } }) => ({ id, f, p })).sort((a, b) => a.id.localeCompare(b.id))
    }
    const instances = [
      [1, 2],
      [3, 4],
    ]
    expect(await rows({ prediction_id: 'v1', instances, predictions: [0, 1] })).toEqual([
      { id: 'v1#0', f: { f0: 1, f1: 2 }, p: 0 },
      { id: 'v1#1', f: { f0: 3, f1: 4 }, p: 1 },
    ])
    const inputs = [{ name: 'x', shape: [2, 1], datatype: 'FP32', data: [1, 2] }]
    const outputs = [{ name: 'y', shape: [2], datatype: 'BYTES', data: ['no', 'yes'] }]
    expect(await rows({ id: 'v2', inputs, outputs })).toEqual([
      { id: 'v2#0', f: { x: 1 }, p: 'no' },
      { id: 'v2#1', f: { x: 2 }, p: 'yes' },
    ])
  })

  it('says plainly why the rows of a payload cannot be told apart', async () => {
    const detail = async (body: object) =>
      (await post('/api/v1/ingest/serving', { prediction_id: 'k', ...body })).body.errors[0]
    expect(await detail({ instances: [[1], [2]], predictions: [1, 2, 3] })).toMatchObject({
      code: 'unsupported_value',
      field: 'instances',
      message: expect.stringContaining('2 rows'),
    })
    expect(
      await detail({ inputs: [{ name: 'x', shape: [3, 2], datatype: 'FP32', data: [1, 2, 3] }] }),
    ).toMatchObject({ code: 'unsupported_value', message: expect.stringContaining('tensors') })
    expect(await detail({ features: { a: 1 }, predictions: [0, 1, 0] })).toMatchObject({
      code: 'unsupported_value',
      message: expect.stringContaining('3 values'),
    })
  })

  it('takes records of any time when they are marked as back-fill', async () => {
    const old = record({ timestamp: '2001-01-01T00:00:00Z' })
    expect((await post('/api/v1/ingest/fraud?backfill=1', old)).body).toMatchObject({ accepted: 1 })
  })

  it('takes a label inside a record, and labels by themselves', async () => {
    const labelled = await post('/api/v1/ingest/fraud', record({ actual: 0 }))
    expect(labelled.body).toMatchObject({ accepted: 1, labels: 1 })
    const labels = [{ prediction_id: 'p1', actual: 1 }, { prediction_id: 'p2' }, { actual: 1 }]
    const answer = await post('/api/v1/labels', { model_id: 'fraud', records: labels })
    expect(answer.body).toMatchObject({ accepted: 1, rejected: 2 })
    expect(answer.body.errors).toMatchObject([
      { code: 'missing_field', field: 'actual' },
      { field: 'prediction_id' },
    ])
  })

  it('limits models, versions and features over all requests', async () => {
    await using small = await startTestApi(await openTestStores(), {
      limits: { maxModels: 2, maxVersionsPerModel: 1, maxFeaturesPerModel: 3 },
    })
    const send = async (body: object) =>
      (await small.fetch('/api/v1/ingest', { method: 'POST', body: JSON.stringify(body) })).json()
    const one = (model: string, features: object, version = '1') => ({
      model,
      version,
      features,
      prediction: 1,
    })
    expect(await send([one('a', { x: 1, y: 1 }), one('b', { x: 1 })])).toMatchObject({ accepted: 2 })
    const codes = async (body: object) =>
      (await send(body)).errors.map((error: { code: string }) => error.code)
    expect(await codes(one('c', { x: 1 }))).toEqual(['too_many_models'])
    expect(await codes(one('a', { x: 1 }, '2'))).toEqual(['too_many_versions'])
    const labelled = { ...one('c', { x: 1 }), prediction_id: 'l', actual: 1 }
    expect(await send([labelled, one('a', { x: 2 })])).toMatchObject({ accepted: 1, rejected: 1 })
    expect(await small.stores.log.readLabels(null, 10)).toEqual([])
    expect(await codes([one('a', { x: 1, z: 1 }), one('a', { u: 1 }), one('a', { z: 2 })])).toEqual([
      'too_many_features_model',
    ])
  })

  it('turns requests away with 503 while too many bytes are being handled', async () => {
    await using small = await startTestApi(await openTestStores(), { limits: { maxInFlightBytes: 1_000 } })
    const body = JSON.stringify(record({ model: 'm', features: { text: 'x'.repeat(900) } }))
    let release = () => {}
    const held = new ReadableStream({
      start(controller) {
        controller.enqueue(Buffer.from(body))
        release = () => controller.close()
      },
    })
    const first = small.fetch('/api/v1/ingest', { method: 'POST', body: held, duplex: 'half' } as RequestInit)
    await new Promise((resolve) => setTimeout(resolve, 150))
    const second = await small.fetch('/api/v1/ingest', { method: 'POST', body })
    expect(second.status).toBe(503)
    expect(Number(second.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await second.json()).toMatchObject({ code: 'overloaded' })
    release()
    expect((await first).status).toBe(200)
    expect((await small.fetch('/api/v1/ingest', { method: 'POST', body })).status).toBe(200)
  })
})
