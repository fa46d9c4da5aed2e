import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { sendJson, startTestApi, type TestApi } from '@/lib/http/testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi(await openTestStores())
  const records = Array.from({ length: 60 }, (_, i) => ({
    prediction_id: `r${i}`,
    version: 'v1',
    features: { age: 20 + i },
    tags: { region: i % 3 === 0 ? 'EU' : 'US' },
  }))
  await send('POST', '/api/v1/ingest/churn', { records })
  // The worker would register it when it summarises.
  await api.stores.metadata.registerVersion('churn', 'v1', Date.now())
})
afterAll(() => api[Symbol.asyncDispose]())

const send = (method: string, path: string, body?: object) => sendJson(api, method, path, body)

const PATH = '/api/v1/models/churn/slices'
const EU = { on: 'tag', name: 'region', op: 'in', values: ['EU'] }
const YOUNG = { on: 'feature', name: 'age', op: 'range', below: 30 }

describe('slices of a model', () => {
  it('are tried on what is stored, saved, changed with who did it, and let go', async () => {
    expect(await send('POST', `${PATH}/preview`, { conditions: [EU, YOUNG] })).toEqual({
      status: 200,
      body: { matching: 4, of: 60 },
    })
    const saved = await send('PUT', PATH, { name: '"><script>', conditions: [EU] })
    expect(saved).toMatchObject({
      status: 200,
      body: { name: '"><script>', revision: 1, text: 'tag region = EU', ended: null },
    })
    const changed = await send('PUT', PATH, { name: '"><script>', conditions: [EU, YOUNG] })
    expect(changed.body).toMatchObject({ revision: 2, text: 'tag region = EU and age below 30' })
    expect((await send('PUT', PATH, { name: '"><script>', conditions: [EU, YOUNG] })).body).toEqual(
      changed.body,
    )
    const { body } = await send('GET', PATH)
    expect(body.slices).toEqual([changed.body])
    expect(body.revisions).toMatchObject([
      { revision: 2 },
      { revision: 1, ended_by: changed.body.created_by },
    ])
    expect((await send('DELETE', `/api/v1/slices/${changed.body.id}`)).status).toBe(204)
    expect((await send('DELETE', `/api/v1/slices/${changed.body.id}`)).status).toBe(404)
    expect((await send('GET', PATH)).body.slices).toEqual([])
    expect((await api.stores.metadata.listAudit(3)).map(({ action }) => action)).toEqual([
      'slice.deleted',
      'slice.saved',
      'slice.saved',
    ])
  })

  it('are ten at most, each name once', async () => {
    for (let i = 0; i < 10; i++)
      expect((await send('PUT', PATH, { name: `s${i}`, conditions: [EU] })).status).toBe(200)
    expect(await send('PUT', PATH, { name: 's10', conditions: [EU] })).toMatchObject({ status: 409 })
    expect((await send('PUT', PATH, { name: 's9', conditions: [YOUNG] })).status).toBe(200)
  })

  it.each([
    [PATH, { name: '', conditions: [EU] }, 422],
    [PATH, { name: 'x', conditions: [] }, 422],
    [PATH, { name: 'x', conditions: [{ ...YOUNG, below: undefined }] }, 422],
    [PATH, { name: 'x', conditions: [EU, EU, EU, EU] }, 422],
    [PATH, { name: 'x', conditions: [EU], owner: 'me' }, 422],
    ['/api/v1/models/nobody/slices', { name: 'x', conditions: [EU] }, 404],
  ])('are refused by PUT %s %j', async (path, body, status) => {
    expect((await send('PUT', path, body)).status).toBe(status)
  })
})
