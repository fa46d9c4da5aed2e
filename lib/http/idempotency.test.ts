import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { budgetOf } from '@/lib/http/body-budget'
import { startTestApi, type TestApi } from '@/lib/http/testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi(await openTestStores())
})
afterAll(() => api[Symbol.asyncDispose]())

async function post(to: TestApi, key: string, body: string, headers: Record<string, string> = {}) {
  const response = await to.fetch('/api/v1/ingest/m', {
    method: 'POST',
    headers: { 'idempotency-key': key, ...headers },
    body,
  })
  return { status: response.status, body: await response.json() }
}

describe('an Idempotency-Key', () => {
  it('stands for the bytes of a body: the same with other blanks is another one (row 131)', async () => {
    expect((await post(api, 'k131', '{"prediction":1}')).body).toMatchObject({ accepted: 1 })
    const other = await post(api, 'k131', '{"prediction": 1}')
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_mismatch'])
    expect((await post(api, 'k131', '{"prediction":1}')).body).toMatchObject({ accepted: 1, replayed: true })
  })

  it('belongs to the API key that sent it (row 134)', async () => {
    const made = await api.fetch('/api/v1/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'another sender', scopes: ['ingest'] }),
    })
    const authorization = `Bearer ${(await made.json()).secret}`
    expect((await post(api, 'k134', '{"prediction":1}')).body).toMatchObject({ accepted: 1 })
    const theirs = await post(api, 'k134', '{"prediction":2}', { authorization })
    expect(theirs).toMatchObject({ status: 200, body: { accepted: 1 } })
    expect(theirs.body).not.toHaveProperty('replayed')
  })

  it('is free again after a request that was turned away with 503 (row 136)', async () => {
    const claim = budgetOf(api.app, api.app.limits.maxInFlightBytes).open()
    claim.add(api.app.limits.maxInFlightBytes)
    expect(await post(api, 'k136', '{"prediction":1}')).toMatchObject({
      status: 503,
      body: { code: 'overloaded' },
    })
    claim.release()
    const again = await post(api, 'k136', '{"prediction":1}')
    expect(again.body).toMatchObject({ accepted: 1 })
    expect(again.body).not.toHaveProperty('replayed')
  })

  it.each(['', 'a b', 'é', 'x'.repeat(256)])('is 1 to 255 visible ASCII characters, not %j', async (key) => {
    const { status, body } = await post(api, key, '{"prediction":1}')
    expect([status, body.code]).toEqual([422, 'invalid_idempotency_key'])
  })
})
