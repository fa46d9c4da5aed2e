import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores, type TestStores } from '@/db/sqlite/testing'
import { sideName } from '@/lib/domain/side-log'
import { RefusedSchema } from '@/lib/http/schemas'
import { sendJson, startTestApi, type TestApi } from '@/lib/http/testing'

const CAME_MS = Date.UTC(2026, 0, 1, 12)
// Read anew for every request.
const clock = { nowMs: CAME_MS, secretKey: new Uint8Array(32).fill(7) }
let stores: TestStores
let api: TestApi
beforeAll(async () => {
  stores = await openTestStores()
  api = await startTestApi(stores, clock)
})
afterAll(() => api[Symbol.asyncDispose]())

async function call(method: string, path: string, body?: unknown) {
  return (await sendJson(api, method, path, body)).body as Record<string, never> & { refused: object[] }
}
const replay = (wish: object) => call('POST', '/api/v1/refused/replay', wish)
const setRules = (model: string, rules: object[]) => call('PUT', `/api/v1/models/${model}/mapping`, { rules })
const refusedOf = async (model: string) => {
  const { refused } = await call('GET', `/api/v1/refused?model=${model}`)
  return refused.map((row) => RefusedSchema.parse(row))
}
const stored = async (kind: 'events' | 'resources', model: string) =>
  (await stores.log.latestRecords(sideName(kind, model), null, 50)).map(({ record }) => record)

describe('refused events', () => {
  it('are not taken before it is said which', async () => {
    expect(await call('POST', '/api/v1/refused/replay', {})).toMatchObject({ status: 422 })
  })

  it('are taken once they can be read, each once, whoever sent them again meanwhile', async () => {
    const sent = (extra: object) => ({ who: { id: 'p1' }, event: 'click', ...extra })
    await call('POST', '/api/v1/events/shop', [sent({ value: 2 }), sent({ who: { id: 'p2' } })])
    await call('POST', '/api/v1/events/shop', [sent({ value: 3 })])
    expect((await refusedOf('shop')).map(({ kind, cannot_be_taken }) => [kind, cannot_be_taken])).toEqual(
      Array.from({ length: 3 }, () => ['events', null]),
    )
    expect(await replay({ model: 'shop' })).toMatchObject({ accepted: 0, refused: 3 })
    await setRules('shop', [{ path: 'who.id', to: 'prediction_id' }])
    // Its sender was mended as well.
    await call('POST', '/api/v1/events/shop', { prediction_id: 'p2', event: 'click', value: 9 })
    clock.nowMs += 60_000
    expect(await replay({ model: 'shop' })).toMatchObject({
      accepted: 1,
      duplicates: 2,
      conflicts: 0,
      refused: 0,
    })
    expect(await replay({ model: 'shop' })).toMatchObject({ accepted: 0, duplicates: 0, taken_before: 3 })
    expect((await stored('events', 'shop')).map(({ id, at, f }) => [id, at, f.value]).sort()).toEqual([
      ['p1\nclick', CAME_MS, 2],
      ['p2\nclick', CAME_MS, 9],
    ])
    expect((await refusedOf('shop')).every(({ taken }) => taken)).toBe(true)
    expect(await stores.log.latestRecords('shop', null, 5)).toEqual([])
  })

  it('with a name too many stay refused, and are kept under the rules of their model', async () => {
    await setRules('full', [{ path: 'prediction_id', treatment: 'hash' }])
    const named = (event: string) => ({ prediction_id: 'p', event })
    const own = Array.from({ length: 20 }, (_, i) => named(`own ${i}`))
    await call('POST', '/api/v1/events/full', [...own, named('one more')])
    const [row] = await refusedOf('full')
    expect(row).toMatchObject({ code: 'too_many_events', kind: 'events' })
    expect(row?.raw).toMatch(/"prediction_id":"hmac:[0-9a-f]{32}"/)
    expect(await replay({ model: 'full' })).toMatchObject({ accepted: 0, refused: 1 })
  })

  it('of one model too many are taken when there is room, and find their record: nothing is hashed twice', async () => {
    const { maxModels } = api.app.limits
    await setRules('later', [{ path: 'prediction_id', treatment: 'hash' }])
    Object.assign(api.app.limits, { maxModels: 1 })
    await call('POST', '/api/v1/events/later', { prediction_id: 'x', event: 'redo', timestamp: CAME_MS - 5 })
    Object.assign(api.app.limits, { maxModels })
    expect(await refusedOf('later')).toMatchObject([{ code: 'too_many_models', kind: 'events' }])
    expect(await replay({ model: 'later' })).toMatchObject({ accepted: 1, refused: 0 })
    await call('POST', '/api/v1/ingest/later', { prediction_id: 'x', prediction: 1 })
    const [found] = await stores.log.latestRecords('later', null, 1)
    expect(await stored('events', 'later')).toEqual([
      { id: `${found?.record.id}\nredo`, at: CAME_MS - 5, f: {} },
    ])
  })
})

describe('refused samples', () => {
  it('are taken once they can be read: those with a time by what they say, those without by their body', async () => {
    const timed = (mem: number) => ({ mem, timestamp: CAME_MS - 1_000, pod: 'a' })
    await call('POST', '/api/v1/resources/svc', [{ mem: 5 }, { mem: 6 }, timed(7)])
    // The same body again, and one of its samples in another one.
    await call('POST', '/api/v1/resources/svc', [{ mem: 5 }, { mem: 6 }, timed(7)])
    await call('POST', '/api/v1/resources', { model: 'svc', data: [timed(7), timed(8)] })
    await setRules('svc', [{ path: 'mem', to: 'memory_bytes' }])
    expect(await replay({ model: 'svc' })).toMatchObject({ accepted: 4, duplicates: 4, refused: 0 })
    expect(await replay({ model: 'svc' })).toMatchObject({ accepted: 0, taken_before: 8 })
    // What is sent now is what was taken.
    const again = { memory_bytes: 8, timestamp: CAME_MS - 1_000, pod: 'a' }
    expect(await call('POST', '/api/v1/resources/svc', again)).toMatchObject({ accepted: 0, duplicates: 1 })
    expect((await stored('resources', 'svc')).map(({ m }) => m).sort()).toEqual([5, 6, 7, 8])
  })
})
