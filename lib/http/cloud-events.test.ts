import { CloudEvent, HTTP } from 'cloudevents'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { SYSTEM } from '@/lib/access/principal'
import { PAIR_TIMEOUT_MS, WAITING_MODEL } from '@/lib/domain/waiting-half'
import { startTestApi, type TestApi } from '@/lib/http/testing'
import { releaseHalves } from '@/lib/services/log/release-halves'
import { summarise } from '@/lib/services/summaries/summarise'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi(await openTestStores())
})
afterAll(() => api[Symbol.asyncDispose]())

/** Headers as KServe's logger sets them on both requests. */
const kserve = (side: 'request' | 'response', id: string, more: Record<string, string> = {}) => ({
  'content-type': 'application/json',
  'ce-specversion': '1.0',
  'ce-id': id,
  'ce-type': `org.kubeflow.serving.inference.${side}`,
  'ce-source': 'http://localhost:9081/',
  'ce-time': new Date().toISOString(),
  'ce-inferenceservicename': 'iris',
  'ce-namespace': 'ml',
  'ce-component': 'predictor',
  'ce-endpoint': 'default',
  ...more,
})

async function send(body: unknown, headers: Record<string, string>, path = '/api/v1/ingest', on = api) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const response = await on.fetch(path, { method: 'POST', headers, body: text })
  return { status: response.status, ...(await response.json()) }
}

/** Records of a model by id. */
async function stored(model: string, on = api) {
  const latest = await on.stores.log.latestRecords(model, null, 10_000)
  return Object.fromEntries(latest.map(({ record: { id, f, p, t } }) => [id, { f, p, ...(t ? { t } : {}) }]))
}

/** As the server does every few seconds, at a later time. */
const releaseAfter = (ms: number, on = api) =>
  releaseHalves({ ...on.contextFor(SYSTEM), nowMs: Date.now() + ms })

const TAGS = { namespace: 'ml', component: 'predictor', endpoint: 'default' }

describe('a request and its response as KServe logs them', () => {
  it('make one record for each row, whichever comes first', async () => {
    const request = {
      instances: [
        [6.8, 2.8],
        [5.1, 3.5],
      ],
    }
    const response = { predictions: [1, 0] }
    expect(await send(request, kserve('request', 'a'))).toMatchObject({
      status: 200,
      accepted: 0,
      waiting: 1,
    })
    expect(await send(response, kserve('response', 'a'))).toMatchObject({ status: 200, accepted: 2 })
    expect(await send(response, kserve('response', 'b'))).toMatchObject({ accepted: 0, waiting: 1 })
    expect(await send(request, kserve('request', 'b'))).toMatchObject({ accepted: 2 })
    expect(await stored('iris')).toEqual({
      'a#0': { f: { f0: 6.8, f1: 2.8 }, p: 1, t: TAGS },
      'a#1': { f: { f0: 5.1, f1: 3.5 }, p: 0, t: TAGS },
      'b#0': { f: { f0: 6.8, f1: 2.8 }, p: 1, t: TAGS },
      'b#1': { f: { f0: 5.1, f1: 3.5 }, p: 0, t: TAGS },
    })
  })

  it('are read in the form of the Open Inference Protocol, with the version that answered', async () => {
    const inputs = [{ name: 'input-0', shape: [1, 2], datatype: 'FP32', data: [[6.8, 2.8]] }]
    const outputs = [{ name: 'predict', shape: [1], datatype: 'INT64', data: [1] }]
    await send({ id: 'x', inputs }, kserve('request', 'v2'), '/api/v1/ingest/mlserver')
    await send(
      { model_name: 'iris', model_version: '3', id: 'x', outputs },
      kserve('response', 'v2'),
      '/api/v1/ingest/mlserver',
    )
    const [latest] = await api.stores.log.latestRecords('mlserver', null, 1)
    expect(latest).toMatchObject({
      version: '3',
      record: { id: 'v2', f: { 'input-0_0': 6.8, 'input-0_1': 2.8 }, p: 1 },
    })
  })

  it('are Seldon’s as well, in version 0.3 and with an id of its own', async () => {
    const seldon = (side: string, id: string) => ({
      'ce-specversion': '0.3',
      'ce-id': id,
      'ce-requestid': 'puid-1',
      'ce-type': `io.seldon.serving.inference.${side}`,
      'ce-source': 'io.seldon',
      'ce-inferenceservicename': 'seldon',
    })
    await send({ data: { names: ['a', 'b'], ndarray: [[1, 2]] } }, seldon('request', '1'))
    await send({ data: { names: ['no', 'yes'], ndarray: [[0.2, 0.8]] } }, seldon('response', '2'))
    expect(await stored('seldon')).toEqual({ 'puid-1': { f: { a: 1, b: 2 }, p: 'yes' } })
  })

  it('are no records, columns or models while one half waits', async () => {
    await send({ instances: [[1]] }, kserve('request', 'alone', { 'ce-inferenceservicename': 'lonely' }))
    while ((await summarise(api.contextFor(SYSTEM))).isMore);
    const names = (await api.stores.metadata.listModels()).map(({ name }) => name)
    expect(names).not.toContain(WAITING_MODEL)
    expect(names).not.toContain('lonely')
  })

  it('are a record of what there is after five minutes', async () => {
    const named = (name: string) => ({ 'ce-inferenceservicename': name })
    await send({ instances: [{ a: 1 }] }, kserve('request', 'q', named('timeout')))
    await send({ predictions: [7] }, kserve('response', 'r', named('timeout')))
    expect(await releaseAfter(PAIR_TIMEOUT_MS - 10_000)).toBe(0)
    expect(await releaseAfter(PAIR_TIMEOUT_MS + 10_000)).toBeGreaterThanOrEqual(2)
    expect(await stored('timeout')).toEqual({
      q: { f: { a: 1 }, p: undefined, t: TAGS },
      r: { f: {}, p: 7, t: TAGS },
    })
  })

  it('are told what is wrong with them', async () => {
    const rows = { instances: [[1], [2]] }
    await send(rows, kserve('request', 'm', { 'ce-inferenceservicename': 'wrong' }))
    const answer = await send(
      { predictions: [1] },
      kserve('response', 'm', { 'ce-inferenceservicename': 'wrong' }),
    )
    expect(answer).toMatchObject({ accepted: 2, rejected: 1, errors: [{ code: 'unsupported_value' }] })
    expect(await send('{"instances":', kserve('request', 'n'))).toMatchObject({
      status: 422,
      code: 'all_refused',
    })
    expect(await send(rows, kserve('request', 'n', { 'ce-inferenceservicename': '' }))).toMatchObject({
      errors: [{ code: 'missing_model' }],
    })
    expect(await send(rows, kserve('request', 'x'.repeat(600)))).toMatchObject({
      errors: [{ code: 'id_too_long' }],
    })
    expect(await send({ a: [[1]] }, kserve('response', 'n'))).toMatchObject({
      errors: [{ code: 'unsupported_value' }],
    })
  })

  it('outlive a new start between the halves, and one after both', async () => {
    const stores = await openTestStores()
    const first = await startTestApi(stores)
    await send({ instances: [[1]] }, kserve('request', 'kept'), '/api/v1/ingest', first)
    await send({ instances: [[2]] }, kserve('request', 'done'), '/api/v1/ingest', first)
    await send({ predictions: [2] }, kserve('response', 'done'), '/api/v1/ingest', first)
    await stores.close()
    await using second = await startTestApi(await openTestStores({ dataDir: stores.dir }))
    expect(
      await send({ predictions: [1] }, kserve('response', 'kept'), '/api/v1/ingest', second),
    ).toMatchObject({ accepted: 1 })
    await releaseAfter(PAIR_TIMEOUT_MS + 1_000, second)
    expect(await stored('iris', second)).toEqual({
      kept: { f: { f0: 1 }, p: 1, t: TAGS },
      done: { f: { f0: 2 }, p: 2, t: TAGS },
    })
  })
})

describe('events whose data are records', () => {
  const data = { features: { amount: 3 }, prediction: 'yes' }
  const event = new CloudEvent({
    id: 'e1',
    source: 'app',
    type: 'ml.prediction',
    time: new Date().toISOString(),
    data,
  })

  it('are taken in binary and structured mode as the library for JavaScript makes them', async () => {
    const binary = HTTP.binary(event)
    const structured = HTTP.structured(event.cloneWith({ id: 'e2' }))
    for (const { headers, body } of [binary, structured])
      expect(await send(body, headers as Record<string, string>, '/api/v1/ingest/app')).toMatchObject({
        accepted: 1,
      })
    expect(await stored('app')).toEqual({
      e1: { f: { amount: 3 }, p: 'yes' },
      e2: { f: { amount: 3 }, p: 'yes' },
    })
  })

  it('are taken in batches, with data in base64, as text, and several in one event', async () => {
    const attributes = { specversion: '1.0', type: 't', source: 's' }
    const encoded = Buffer.from(JSON.stringify(data)).toString('base64')
    const batch = [
      { ...attributes, id: 'b1', data_base64: encoded },
      { ...attributes, specversion: '0.3', id: 'b2', datacontentencoding: 'base64', data: encoded },
      { ...attributes, id: 'b3', data: JSON.stringify(data) },
      { ...attributes, id: 'b4', data: [data, { ...data, prediction_id: 'own' }] },
      { ...attributes, id: 'b5' },
      7,
    ]
    const answer = await send(
      batch,
      { 'content-type': 'application/cloudevents-batch+json; charset=utf-8' },
      '/api/v1/ingest/batch',
    )
    expect(answer).toMatchObject({ accepted: 5, rejected: 2 })
    expect(Object.keys(await stored('batch')).sort()).toEqual(['b1', 'b2', 'b3', 'b4#0', 'own'])
  })

  it('carry whole pairs in one batch', async () => {
    const half = (side: string, of: object) => ({
      specversion: '1.0',
      id: 'p1',
      source: 's',
      type: `org.kubeflow.serving.inference.${side}`,
      data: of,
    })
    const batch = [half('response', { predictions: [4] }), half('request', { instances: [[9]] })]
    const answer = await send(
      batch,
      { 'content-type': 'application/cloudevents-batch+json' },
      '/api/v1/ingest/pairs',
    )
    expect(answer).toMatchObject({ accepted: 1 })
    expect(answer).not.toHaveProperty('waiting')
  })
})

describe('halves in whatever order', () => {
  const half = (side: 'request' | 'response', n: number) => ({
    specversion: '1.0',
    id: `id${n}`,
    source: 's',
    type: `org.kubeflow.serving.inference.${side}`,
    data: side === 'request' ? { instances: [[n], [n + 0.5]] } : { predictions: [n, -n] },
  })
  type Event = ReturnType<typeof half>

  it('split, repeated and sent at once, come out once each', async () => {
    let run = 0
    const pairs = fc.integer({ min: 1, max: 6 })
    const plan = pairs.chain((count) =>
      fc.record({
        count: fc.constant(count),
        order: fc.shuffledSubarray(
          Array.from({ length: 2 * count }, (_, i) => i),
          { minLength: 2 * count },
        ),
        repeats: fc.array(fc.nat(2 * count - 1), { maxLength: 4 }),
        sizes: fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 }),
        atOnce: fc.boolean(),
      }),
    )
    await fc.assert(
      fc.asyncProperty(plan, async ({ count, order, repeats, sizes, atOnce }) => {
        const model = `any${run++}`
        const events = [...order, ...repeats].map((i) => half(i % 2 === 0 ? 'request' : 'response', i >> 1))
        const batches: Event[][] = []
        for (let at = 0, i = 0; at < events.length; i++) {
          const size = sizes[i % sizes.length] ?? 1
          batches.push(events.slice(at, at + size))
          at += size
        }
        const post = (batch: Event[]) =>
          send(batch, { 'content-type': 'application/cloudevents-batch+json' }, `/api/v1/ingest/${model}`)
        if (atOnce) await Promise.all(batches.map(post))
        else for (const batch of batches) await post(batch)
        await releaseAfter(PAIR_TIMEOUT_MS + 1_000)
        const expected = Array.from({ length: count }, (_, n) => [
          [`id${n}#0`, { f: { f0: n }, p: n }],
          [`id${n}#1`, { f: { f0: n + 0.5 }, p: n === 0 ? -0 : -n }],
        ]).flat()
        const found = await stored(model)
        expect(JSON.stringify(Object.entries(found).sort())).toBe(JSON.stringify(expected.sort()))
      }),
      { numRuns: 40 },
    )
    expect(api.logged).toEqual([])
  }, 20_000)
})

describe('a batch of events', () => {
  const event = (id: string, data: unknown) => ({
    specversion: '1.0',
    id,
    type: 'prediction',
    source: '/',
    data,
  })
  const good = (id: string) => JSON.stringify(event(id, { features: { a: 1 }, prediction: 1 }))
  const deep = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`
  const large = event('large', { features: Object.fromEntries(textFeatures(200)) })

  it('loses nothing to one that cannot be taken', async () => {
    const bad = [
      `{"specversion":"1.0","id":"x","type":"prediction","source":"/","data":{"features":{"a":${deep(30)}}}}`,
      '{"specversion":"1.0","id":"x","type":"prediction","source":"/","data":{"features":{"a" 1}}}',
      '{"specversion":"1.0","id":"x","type":"a.inference.request","source":"/","data":{"a":NaN}}',
      JSON.stringify(large),
      '7',
    ]
    const body = `[${good('b1')},${bad.join(',')},${good('b2')}]`
    const answer = await send(
      body,
      { 'content-type': 'application/cloudevents-batch+json' },
      '/api/v1/ingest/mixed',
    )
    expect(answer).toMatchObject({ status: 200, accepted: 2, rejected: 5 })
    expect(answer.errors.map(({ index, code }: { index: number; code: string }) => [index, code])).toEqual([
      [1, 'too_deep'],
      [2, 'malformed_json'],
      [3, 'malformed_json'],
      [4, 'record_too_large'],
      [5, 'wrong_shape'],
    ])
    expect(Object.keys(await stored('mixed')).toSorted()).toEqual(['b1', 'b2'])
  })

  it.each([
    ['too_deep', `{"features":{"a":${deep(30)}}}`],
    ['record_too_large', JSON.stringify(large.data)],
  ])('keeps what it refuses, alone and in headers as well: %s', async (code, data) => {
    const binary = { 'ce-specversion': '1.0', 'ce-id': 'x', 'ce-type': 'prediction', 'ce-source': '/' }
    const alone = `{"specversion":"1.0","id":"x","type":"prediction","source":"/","data":${data}}`
    const structured = { 'content-type': 'application/cloudevents+json' }
    for (const [body, headers] of [
      [data, binary],
      [alone, structured],
    ] as const)
      expect(await send(body, headers, '/api/v1/ingest/kept')).toMatchObject({
        status: 422,
        code: 'all_refused',
        errors: [{ code }],
      })
    const response = await api.fetch(`/api/v1/refused?model=kept&code=${code}`)
    expect((await response.json()).refused).toHaveLength(2)
  })

  it('may carry labels, events and samples', async () => {
    const headers = { 'content-type': 'application/cloudevents-batch+json' }
    const sent = (data: object) => [
      event('1', data),
      event('2', { ...data, prediction_id: 'other', load: 3 }),
    ]
    const to = (kind: string, data: object) => send(sent(data), headers, `/api/v1/${kind}/batch`)
    expect(await to('labels', { prediction_id: 'b1', actual: 1 })).toMatchObject({ status: 200, accepted: 2 })
    expect(await to('events', { prediction_id: 'b1', event: 'click' })).toMatchObject({ accepted: 2 })
    expect(await to('resources', { load: 2 })).toMatchObject({ accepted: 2 })
  })
})

function textFeatures(count: number): [string, string][] {
  return Array.from({ length: count }, (_, i) => [`f${i}`, 'x'.repeat(8_000)])
}
