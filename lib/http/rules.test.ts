import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openTestStores, type TestStores } from '@/db/sqlite/testing'
import { startTestApi, type TestApi } from '@/lib/http/testing'

let stores: TestStores
let api: TestApi
let nowMs = Date.UTC(2026, 0, 1, 12)
beforeAll(async () => {
  vi.spyOn(Date, 'now').mockImplementation(() => nowMs)
  stores = await openTestStores()
  api = await startTestApi(stores, { secretKey: new Uint8Array(32).fill(3) })
})
afterAll(async () => {
  vi.restoreAllMocks()
  await api[Symbol.asyncDispose]()
})

const call = async (method: string, path: string, body?: unknown) => {
  const response = await api.fetch(path, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    text,
    body: path.includes('format=') ? null : text.startsWith('{') ? JSON.parse(text) : null,
  }
}
const setRules = (model: string, rules: object[], revision?: number) =>
  call('PUT', `/api/v1/models/${model}/mapping`, { rules, ...(revision === undefined ? {} : { revision }) })
const send = (model: string, body: unknown) => call('POST', `/api/v1/ingest/${model}`, body)
const latest = async (model: string) =>
  (await stores.log.latestRecords(model, null, 50)).map(({ record }) => record)

/** Whether any file of the instance, the database and its write-ahead log included, holds the text. */
function isOnDisk(text: string, dir = stores.dir): boolean {
  return readdirSync(dir, { withFileTypes: true, recursive: true }).some((file) => {
    return file.isFile() && readFileSync(join(file.parentPath, file.name)).includes(text)
  })
}

describe('rules of a model', () => {
  it('are versioned with who and when, and a change made from an older revision is refused', async () => {
    const first = await setRules('versioned', [{ path: 'features.a', treatment: 'drop' }], 0)
    expect(first).toMatchObject({ status: 200, body: { revision: 1 } })
    expect((await setRules('versioned', [], 0)).status).toBe(409)
    const second = await setRules('versioned', [], 1)
    expect(second.body.history.map((entry: { revision: number }) => entry.revision)).toEqual([2, 1])
    expect(second.body.history[0]).toMatchObject({
      changed: '2026-01-01T12:00:00Z',
      changed_by: 'key PLUMBLINE_ADMIN_KEY',
    })
  })

  it('hold for the next request', async () => {
    await send('live', { id: '1', features: { amt: 3 } })
    await setRules('live', [{ path: 'features.amt', to: 'features.amount' }])
    await send('live', { id: '2', features: { amt: 3 } })
    expect((await latest('live')).map(({ f }) => f)).toEqual([{ amount: 3 }, { amt: 3 }])
  })

  it('leave other models as they are', async () => {
    await setRules('strict-one', [{ path: 'features.x', treatment: 'drop' }])
    await send('free', { id: '1', features: { x: 1, y: 2 } })
    await send('strict-one', { id: '1', features: { x: 1, y: 2 } })
    expect((await latest('free'))[0]?.f).toEqual({ x: 1, y: 2 })
    expect((await latest('strict-one'))[0]?.f).toEqual({ y: 2 })
  })

  it('reach the version and the id that a record is stored under', async () => {
    await setRules('moved', [
      { path: 'meta.request', to: 'prediction_id', treatment: 'hash' },
      { path: 'meta.release', to: 'model_version' },
    ])
    await send('moved', { meta: { request: 'r-1', release: '7' }, features: { a: 1 } })
    const [found] = await stores.log.latestRecords('moved', '7', 1)
    expect(found?.record.id).toMatch(/^hmac:[0-9a-f]{32}$/)
  })

  it('hash the id of a label as they hash the id of its record', async () => {
    await setRules('joined', [{ path: 'prediction_id', treatment: 'hash' }])
    await send('joined', { id: 'secret-label-id', features: { a: 1 } })
    await call('POST', '/api/v1/labels/joined', { request_id: 'secret-label-id', actual: 1 })
    const blocks = await stores.log.readLabels(null, 1_000)
    const label = blocks.filter(({ model }) => model === 'joined').flatMap(({ labels }) => labels)
    expect(label.map(({ id }) => id)).toEqual((await latest('joined')).map(({ id }) => id))
    expect(isOnDisk('secret-label-id')).toBe(false)
  })
})

describe('what rules hide', () => {
  const NAMES = ['dropped', 'hashed', 'redacted', 'coarse', 'grouped'] as const
  const secret = (what: string, where: string) => `s3cret-${what}-${where}`
  const fields = (where: string) => Object.fromEntries(NAMES.map((name) => [name, secret(name, where)]))
  const flatten = (where: string) => {
    const { grouped, ...rest } = fields(where)
    return { ...rest, group: { inner: grouped, list: 'kept' }, open: `open-${where}`, amount: 52_341.75 }
  }
  const BODIES: readonly [string, (where: string) => unknown][] = [
    ['an object', (where) => ({ id: where, features: flatten(where) })],
    ['other names', (where) => ({ id: where, inputs: flatten(where) })],
    ['a flat log', (where) => ({ id: where, ...flatten(where) })],
    ['a list of one', (where) => [{ id: where, instances: [flatten(where)] }]],
    [
      'records around',
      (where) => ({ model_version: '1', records: [{ id: where, features: flatten(where) }] }),
    ],
    [
      'lines',
      (where) =>
        `${JSON.stringify({ id: where, features: flatten(where) })}\n${JSON.stringify({ id: `${where}2`, features: { open: 1 } })}\n`,
    ],
    [
      'text in an envelope',
      (where) => ({ host: 'h', message: JSON.stringify({ id: where, features: flatten(where) }) }),
    ],
    [
      'escapes',
      (where) => JSON.stringify({ id: where, features: flatten(where) }).replace('s3cret', '\\u00733cret'),
    ],
    ['a refused record', (where) => ({ id: where, timestamp: 'never', features: flatten(where) })],
    [
      'several rows, which are refused',
      (where) => ({ id: where, instances: [flatten(where), flatten(where)] }),
    ],
    [
      'a refused record in an envelope',
      (where) => ({ host: 'h', log: JSON.stringify({ id: where, timestamp: 'never', ...flatten(where) }) }),
    ],
    [
      'an envelope too deep to be opened',
      (where) => ({
        id: where,
        message: `${'{"a":'.repeat(12)}"${secret('dropped', where)}"${'}'.repeat(12)}`,
      }),
    ],
    [
      'text that is not JSON',
      (where) =>
        `${JSON.stringify({ id: where, features: { open: 1 } })}\n{"features": {"hashed": "${secret('hashed', where)}"\n`,
    ],
    [
      'a record too deep',
      (where) => ({
        id: where,
        features: {
          hashed: secret('hashed', where),
          deep: { a: { b: { c: { d: { e: { f: { g: 1 } } } } } } },
        },
      }),
    ],
    [
      'a list in a refused record',
      (where) => ({
        id: where,
        timestamp: 'never',
        inputs: [secret('hashed', where), secret('dropped', where)],
      }),
    ],
    [
      'columns and rows, refused',
      (where) => ({
        id: where,
        timestamp: 'never',
        dataframe_split: { columns: ['hashed'], data: [[secret('hashed', where)]] },
      }),
    ],
    [
      'text of a payload, refused',
      (where) => ({ id: where, timestamp: 'never', request: `{"inputs": "${secret('hashed', where)}` }),
    ],
    [
      'tensors',
      (where) => ({ id: where, inputs: [{ name: 'hashed', shape: [1], data: [secret('hashed', where)] }] }),
    ],
  ]

  beforeAll(async () => {
    await setRules('private', [
      { path: 'features.dropped', treatment: 'drop' },
      { path: 'features.hashed', treatment: 'hash' },
      { path: 'features.redacted', treatment: 'redact' },
      { path: 'features.coarse', treatment: 'coarse' },
      { path: 'features.amount', treatment: 'coarse' },
      { path: 'features.group', treatment: 'redact' },
    ])
  })

  it.each(BODIES)('is in no file, sent as %s', async (what, body) => {
    const where = what.replaceAll(/[ ,]/g, '-')
    const { status } = await send('private', body(where))
    expect([200, 422]).toContain(status)
    expect(isOnDisk('open-an-object') || isOnDisk(where)).toBe(true)
    for (const name of NAMES) expect([name, isOnDisk(secret(name, where))]).toEqual([name, false])
    expect(isOnDisk('52341.75')).toBe(false)
  })

  it('is in no file, refused as an event, a sample or feedback, or packed in a delivery', async () => {
    const hashed = (where: string) => ({ features: { hashed: secret('hashed', where) } })
    await call('POST', '/api/v1/events/private', { prediction_id: 'e', ...hashed('event') })
    await call('POST', '/api/v1/resources/private', { memory_bytes: -1, ...hashed('sample') })
    const post = (headers: Record<string, string>, body: unknown) =>
      api.fetch('/api/v1/ingest/private', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      })
    const feedback = { 'ce-id': '1', 'ce-specversion': '1.0', 'ce-type': 'io.seldon.serving.feedback' }
    await post(feedback, { request: hashed('feedback'), truth: { nothing: 1 } })
    const line = (where: string, more: object) => JSON.stringify({ ...hashed(where), ...more })
    const logEvents = [
      { id: '1', timestamp: nowMs, message: line('line', { prediction: 1 }) },
      { id: '2', timestamp: nowMs, message: line('refused-line', { timestamp: 'never' }) },
      { id: '3', timestamp: nowMs, message: `no JSON: ${secret('hashed', 'text-line')}` },
    ]
    const data = gzipSync(JSON.stringify({ messageType: 'DATA_MESSAGE', logEvents })).toString('base64')
    await post({ 'x-amz-firehose-request-id': 'f' }, { requestId: 'f', timestamp: 1, records: [{ data }] })
    expect((await call('GET', '/api/v1/refused?model=private')).body.refused.length).toBeGreaterThan(4)
    for (const where of ['event', 'sample', 'feedback', 'line', 'refused-line', 'text-line'])
      expect([where, isOnDisk(secret('hashed', where))]).toEqual([where, false])
  })

  it('is in no file while half of a prediction waits, its id neither', async () => {
    await setRules('halves', [
      { path: 'features.hashed', treatment: 'hash' },
      { path: 'prediction_id', treatment: 'hash' },
    ])
    const half = async (side: 'request' | 'response', body: object) => {
      const headers = {
        'ce-specversion': '1.0',
        'ce-id': secret('hashed', 'half-id'),
        'ce-type': `org.kubeflow.serving.inference.${side}`,
        'ce-source': '/',
      }
      const init = { method: 'POST', headers, body: JSON.stringify(body) }
      return (await api.fetch('/api/v1/ingest/halves', init)).json()
    }
    const request = { instances: [{ hashed: secret('hashed', 'half') }] }
    expect(await half('request', request)).toMatchObject({ waiting: 1 })
    const isSeen = () => [isOnDisk(secret('hashed', 'half')), isOnDisk(secret('hashed', 'half-id'))]
    expect(isSeen()).toEqual([false, false])
    expect(await half('response', { predictions: [1] })).toMatchObject({ accepted: 1 })
    expect((await latest('halves')).map(({ id, f }) => [id, f.hashed])).toEqual([
      [expect.stringMatching(/^hmac:/), expect.stringMatching(/^hmac:/)],
    ])
    expect(isSeen()).toEqual([false, false])
  })

  it('is in no file either when the record names no model that could be read', async () => {
    await call('POST', '/api/v1/ingest', { features: { hashed: 's3cret-nobody' } })
    await call('POST', '/api/v1/ingest', '{"model":"private","features":{"hashed":"s3cret-broken"')
    await call(
      'POST',
      '/api/v1/ingest',
      `{"model":"private","features":{"a":1}}\n{"model":"private","features":{"hashed":"s3cret-line"\n`,
    )
    expect(['s3cret-nobody', 's3cret-broken', 's3cret-line'].filter((text) => isOnDisk(text))).toEqual([])
  })

  it('would be found by this test if it were there', async () => {
    await send('unruled', { id: '1', features: { hashed: 's3cret-control', list: ['s3cret-refused'] } })
    await send('unruled', { id: '2', features: { hashed: 's3cret-control' } })
    expect([isOnDisk('s3cret-control'), isOnDisk('s3cret-refused')]).toEqual([true, true])
  })

  it('is counted all the same: what is kept is coarse, hashed or a text of the same length', async () => {
    const found = (await latest('private')).find(({ id }) => id === 'an-object')
    expect(found?.f).toEqual({
      hashed: expect.stringMatching(/^hmac:/),
      redacted: '[redacted]',
      coarse: '*'.repeat(secret('coarse', 'an-object').length),
      'group.inner': '[redacted]',
      'group.list': '[redacted]',
      open: 'open-an-object',
      amount: 52_000,
    })
  })
})

describe('a list of values', () => {
  it('goes through the rules of the names that its reference gives it', async () => {
    const csv = `income,email,pred\n${Array.from({ length: 60 }, (_, i) => `${i},m${i % 3},${i % 2}`).join('\n')}\n`
    await api.fetch('/api/v1/models/listed/versions/1/profile?activate=1', { method: 'PUT', body: csv })
    await setRules('listed', [{ path: 'features.email', treatment: 'redact' }])
    nowMs += 1_000
    await send('listed', { id: '1', version: '1', inputs: [52, 's3cret-list'], pred: 1 })
    expect((await latest('listed'))[0]?.f).toEqual({ income: 52, email: '[redacted]' })
    expect(isOnDisk('s3cret-list')).toBe(false)
  })
})

describe('the preview', () => {
  it('shows the last records as they came and as they would be kept, and stores nothing', async () => {
    await send('shown', { id: 'p1', features: { email: 'ada@example.org', age: 36 } })
    nowMs += 1_000
    await send('shown', {
      id: 'p2',
      ts2: 'x',
      prediction: { odd: true },
      features: { email: 'ada@example.org' },
    })
    const rules = [
      { path: 'features.email', treatment: 'redact' },
      { path: 'features.age', to: 'tags.age' },
    ]
    const { body } = await call('POST', '/api/v1/models/shown/mapping/preview', { rules })
    expect(body.records).toHaveLength(2)
    expect(body.records[0]).toMatchObject({ source: 'received', after: [], refused: { field: 'prediction' } })
    expect(body.records[1].before).toContainEqual({ path: 'features.email', value: 'ada@example.org' })
    expect(body.records[1].after).toContainEqual({ path: 'features.email', value: '[redacted]' })
    expect(body.records[1].after).toContainEqual({ path: 'tags.age', value: '36' })
    expect((await latest('shown'))[0]?.f).toEqual({ email: 'ada@example.org', age: 36 })
  })

  it('says in words what is wrong with rules', async () => {
    const { status, body } = await call('POST', '/api/v1/models/shown/mapping/preview', {
      rules: [{ path: 'model', treatment: 'hash' }],
    })
    expect([status, body.code]).toEqual([422, 'invalid_rules'])
    expect(body.detail).toContain('decides what rules hold')
  })
})

describe('refused records', () => {
  const replay = async (wish: object) => (await call('POST', '/api/v1/refused/replay', wish)).body
  const refusedOf = async (model: string) =>
    (await call('GET', `/api/v1/refused?model=${model}`)).body.refused

  it('are taken once the rules let them, each once, with the time at which they came', async () => {
    const cameMs = nowMs
    await send('late', { id: 'r1', when: 'soon', features: { a: 1 }, prediction: { odd: 1 } })
    await send('late', [
      { features: { a: 2 }, prediction: { odd: 2 } },
      { features: { a: 3 }, prediction: { odd: 3 } },
    ])
    await send('late', [
      { features: { a: 2 }, prediction: { odd: 2 } },
      { features: { a: 3 }, prediction: { odd: 3 } },
    ])
    nowMs += 60_000
    expect(await replay({ model: 'late' })).toMatchObject({ accepted: 0, refused: 5, taken_before: 0 })
    await setRules('late', [{ path: 'prediction.odd', to: 'prediction' }])
    expect(await replay({ model: 'late' })).toMatchObject({ accepted: 3, duplicates: 2, refused: 0 })
    expect(await replay({ model: 'late' })).toMatchObject({
      accepted: 0,
      duplicates: 0,
      refused: 0,
      taken_before: 5,
    })
    const stored = await latest('late')
    expect(stored.map(({ f, p }) => [f.a, p]).sort()).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ])
    expect(new Set(stored.map(({ at }) => at))).toEqual(new Set([cameMs]))
    expect((await refusedOf('late')).every(({ taken }: { taken: boolean }) => taken)).toBe(true)
  })

  it('have the same id whoever takes them, also when the mark was lost', async () => {
    await setRules('lost-mark', [])
    await send('lost-mark', { features: { a: 1 }, prediction: { odd: 1 } })
    await setRules('lost-mark', [{ path: 'prediction.odd', to: 'prediction' }])
    const [{ id }] = await refusedOf('lost-mark')
    expect(await replay({ ids: [id] })).toMatchObject({ accepted: 1 })
    await stores.metadata.deleteRuleHistoryBefore(nowMs + 1)
    expect(await replay({ ids: [id] })).toMatchObject({ accepted: 0, duplicates: 1 })
    expect(await latest('lost-mark')).toHaveLength(1)
  })

  it('are not hashed twice', async () => {
    await setRules('hashed-once', [{ path: 'features.email', treatment: 'hash' }])
    await send('hashed-once', { id: '1', features: { email: 'ada' }, prediction: { odd: 1 } })
    await send('hashed-once', { id: '2', features: { email: 'ada' } })
    await setRules('hashed-once', [
      { path: 'features.email', treatment: 'hash' },
      { path: 'prediction.odd', to: 'prediction' },
    ])
    expect(await replay({ model: 'hashed-once' })).toMatchObject({ accepted: 1 })
    const hashes = (await latest('hashed-once')).map(({ f }) => f.email)
    expect(new Set(hashes).size).toBe(1)
  })

  it('that were not kept whole say so', async () => {
    await send('cut', `{"id":"1","features":{"a":1}}\n{"id":"2","features":{"a":"${'x'.repeat(5_000)}"\n`)
    await setRules('shut', [{ path: 'features.a', treatment: 'hash' }])
    await send('shut', `{"id":"1","features":{"a":1}}\n{"id":"2","features":{"a":"x"\n`)
    expect((await refusedOf('cut'))[0].cannot_be_taken).toContain('beginning')
    expect((await refusedOf('shut'))[0]).toMatchObject({
      raw: '',
      cannot_be_taken: expect.stringContaining('privacy'),
    })
    expect(await replay({ model: 'cut' })).toMatchObject({ accepted: 0, refused: 1 })
  })

  it('are kept whole up to a mebibyte', async () => {
    await send('large', { id: '1', features: { a: 'x'.repeat(8_000), b: 'y'.repeat(8_000), c: ['list'] } })
    const [row] = await refusedOf('large')
    expect(JSON.parse(row.raw).features.b).toHaveLength(8_000)
    await setRules('large', [{ path: 'features.c', treatment: 'drop' }])
    expect(await replay({ model: 'large' })).toMatchObject({ accepted: 1 })
  })

  it('can be taken away as NDJSON and CSV, all of them', async () => {
    const records = Array.from({ length: 1_200 }, (_, i) => ({
      id: `${i}`,
      timestamp: 'never',
      features: { a: `=${i}` },
    }))
    await send('many', records)
    const lines = (await call('GET', '/api/v1/refused?model=many&format=ndjson')).text.trimEnd().split('\n')
    expect(new Set(lines.map((line) => JSON.parse(line).prediction_id)).size).toBe(1_200)
    const csv = await call('GET', '/api/v1/refused?model=many&code=invalid_timestamp&format=csv')
    expect(csv.text.trimEnd().split('\r\n')).toHaveLength(1_201)
    expect((await call('GET', '/api/v1/refused?model=many&code=other')).body.refused).toEqual([])
  })
})
