import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { sideName } from '@/lib/domain/side-log'
import { startTestApi, type TestApi } from '@/lib/http/testing'

const TIME = '2026-11-21T12:00:00Z'

const clock = { nowMs: Date.parse(TIME) + 5_000, secretKey: new Uint8Array(32).fill(5) }
let api: TestApi
beforeAll(async () => {
  api = await startTestApi(await openTestStores(), clock)
})
afterAll(() => api[Symbol.asyncDispose]())

/** Headers as the executor of Seldon Core 1 sets them. */
const seldon = (model: string, puid: string, type = 'feedback', more: Record<string, string> = {}) => ({
  'content-type': 'application/json',
  'ce-specversion': '0.3',
  'ce-id': `event of ${puid}`,
  'ce-requestid': puid,
  'ce-type': `io.seldon.serving.${type}`,
  'ce-source': 'http://localhost:8000/',
  'ce-time': TIME,
  'ce-inferenceservicename': model,
  'ce-modelid': 'classifier',
  ...more,
})

async function send(body: object, headers: Record<string, string>) {
  const response = await api.fetch('/api/v1/ingest', { method: 'POST', headers, body: JSON.stringify(body) })
  return { status: response.status, ...(await response.json()) }
}

/** Labels in the order in which they came. */
async function labelsOf(model: string) {
  const blocks = await api.stores.log.readLabels(null, 1_000)
  return blocks.flatMap((block) => (block.model === model ? block.labels : []))
}
const eventsOf = async (model: string) =>
  (await api.stores.log.latestRecords(sideName('events', model), null, 50)).map(({ record }) => record)

const data = (ndarray: unknown[], names?: string[]) => ({
  data: { ...(names === undefined ? {} : { names }), ndarray },
})

describe('feedback as Seldon logs it', () => {
  it('labels the rows of its request, in the words of the answer', async () => {
    const asked = data(
      [
        [1, 2],
        [3, 4],
      ],
      ['a', 'b'],
    )
    const answered = data(
      [
        [0.2, 0.8],
        [0.9, 0.1],
      ],
      ['no', 'yes'],
    )
    await send(asked, seldon('bank', 'p1', 'inference.request'))
    expect(await send(answered, seldon('bank', 'p1', 'inference.response'))).toMatchObject({ accepted: 2 })
    const truth = data([
      [0, 1],
      [0, 1],
    ])
    const body = { request: asked, response: answered, truth }
    expect(await send(body, seldon('bank', 'p1'))).toMatchObject({ status: 200, labels: 2, rejected: 0 })
    const at = Date.parse(TIME)
    expect(await labelsOf('bank')).toEqual([
      { id: 'p1#0', y: 'yes', at },
      { id: 'p1#1', y: 'yes', at },
    ])
    const stored = await api.stores.log.latestRecords('bank', null, 10)
    expect(stored.map(({ record }) => [record.id, record.p]).sort()).toEqual([
      ['p1#0', 'yes'],
      ['p1#1', 'no'],
    ])
  })

  it.each([
    ['a number in lists', data([[1]]), 1],
    ['a number in a list', data([7.5]), 7.5],
    ['a tensor', { data: { tensor: { shape: [1, 1], values: [3] } } }, 3],
    ['named classes of its own', data([[1, 0]], ['good', 'bad']), 'good'],
    ['jsonData', { jsonData: 'good' }, 'good'],
    ['strData', { strData: 'good' }, 'good'],
    ['a bare value', 'good', 'good'],
    ['false', false, false],
  ])('takes the truth as %s', async (what, truth, actual) => {
    const answer = await send({ truth, reward: 0 }, seldon('forms', what))
    expect(answer).toMatchObject({ status: 200, labels: 1 })
    expect((await labelsOf('forms')).find(({ id }) => id === what)?.y).toBe(actual)
  })

  it('makes an event of a reward above 0, once, and nothing of one that was not earned', async () => {
    const response = { meta: { puid: 'of the answer' }, ...data([[1]]) }
    for (const _ of [1, 2]) await send({ response, reward: 0.5 }, seldon('bandit', 'of the call'))
    expect(await send({ response, reward: 0 }, seldon('bandit', 'other'))).toMatchObject({
      status: 200,
      rejected: 0,
    })
    // Protocol buffers leave out what is 0.
    expect((await send({ response }, seldon('bandit', 'other'))).status).toBe(200)
    expect(await eventsOf('bandit')).toEqual([
      { id: 'of the answer\nreward', at: Date.parse(TIME), f: { value: 0.5 } },
    ])
    expect(await labelsOf('bandit')).toEqual([])
    const both = await send(
      { response: data([[1], [2]]), reward: 1, truth: data([1, 1]) },
      seldon('both', 'b'),
    )
    expect(both).toMatchObject({ accepted: 2, labels: 2 })
    expect((await eventsOf('both')).map(({ id }) => id).sort()).toEqual(['b#0\nreward', 'b#1\nreward'])
  })

  it('goes through the rules of its model, labels and rewards alike', async () => {
    const rules = [{ path: 'prediction_id', treatment: 'hash' }]
    const put = await api.fetch('/api/v1/models/private/mapping', {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ rules }),
    })
    expect(put.status).toBe(200)
    // Rules hold half a second later at the latest.
    clock.nowMs += 1_000
    await send({ truth: 1, reward: 1 }, seldon('private', 'secret-id'))
    const [label] = await labelsOf('private')
    const [event] = await eventsOf('private')
    expect(label?.id).toMatch(/^hmac:/)
    expect(event?.id).toBe(`${label?.id}\nreward`)
  })

  it('is told what is wrong with it', async () => {
    const code = 'unsupported_value'
    const two = data([[1], [2]])
    for (const [body, field] of [
      [{ request: two, truth: data([1]) }, 'truth'],
      [{ truth: data([[3, 4]]) }, 'truth'],
      [{ truth: { nothing: 1 } }, 'truth'],
      [{ reward: 'much' }, 'reward'],
      [[1], 'truth'],
    ] as const)
      expect(await send(body, seldon('wrong', 'w'))).toMatchObject({ status: 422, errors: [{ code, field }] })
    const nameless = seldon('', 'w')
    expect(await send({ truth: 1 }, nameless)).toMatchObject({ errors: [{ code: 'missing_model' }] })
  })
})
