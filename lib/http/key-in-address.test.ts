import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { hashSecret } from '@/lib/access/secrets'
import { startTestApi, type TestApi } from '@/lib/http/testing'

const INGEST_KEY = 'plb_in0123456789abcdefghijklmnopqrst'
const READ_KEY = 'plb_re0123456789abcdefghijklmnopqrst'
const ADMIN_KEY = 'plb_ad0123456789abcdefghijklmnopqrst'

let api: TestApi
beforeAll(async () => {
  const stores = await openTestStores()
  api = await startTestApi(stores)
  for (const [secret, scope] of [
    [INGEST_KEY, 'ingest'],
    [READ_KEY, 'read'],
    [ADMIN_KEY, 'admin'],
  ] as const) {
    const key = { name: scope, prefix: secret.slice(0, 10), hash: hashSecret(secret), scopes: [scope] }
    const times = { createdMs: Date.now(), createdBy: 'test', lastUsedMs: null, revokedMs: null }
    await stores.metadata.addKey({ ...key, ...times })
  }
})
afterAll(() => api[Symbol.asyncDispose]())

let count = 0
async function send(path: string, method = 'POST') {
  const body = JSON.stringify({ prediction_id: `p${count++}`, prediction: 1 })
  const response = await fetch(api.url + path, method === 'POST' ? { method, body } : { method })
  const text = await response.text()
  expect(text).not.toContain('plb_')
  return { status: response.status, answer: text === '' ? {} : JSON.parse(text) }
}

describe('a key in the address', () => {
  it.each([`/api/v1/ingest/k/${INGEST_KEY}/fraud`, `/api/v1/ingest/fraud?token=${INGEST_KEY}`])(
    'lets a sender in that can set no header, and names no model: %s',
    async (path) => {
      expect(await send(path)).toMatchObject({ status: 200, answer: { accepted: 1 } })
      const [latest] = await api.stores.log.latestRecords('fraud', null, 1)
      expect(latest?.record.id).toBe(`p${count - 1}`)
      expect((await send(path, 'HEAD')).status).toBe(200)
      expect((await send(path, 'GET')).status).toBe(200)
    },
  )

  it('leaves the model to the records where the path names none', async () => {
    const { answer } = await send(`/api/v1/ingest/k/${INGEST_KEY}`)
    expect(answer.errors).toMatchObject([{ code: 'missing_model' }])
  })

  it('does not take the address of a model called "k" for one', async () => {
    expect((await send(`/api/v1/ingest/k?token=${INGEST_KEY}`)).answer).toMatchObject({ accepted: 1 })
    expect((await send('/api/v1/ingest/k')).status).toBe(401)
  })

  it('is refused where it is wrong, may do more than send, or could be sent in a header', async () => {
    expect(await send('/api/v1/ingest/k/plb_wrong/fraud')).toMatchObject({ answer: { code: 'bad_key' } })
    expect(await send('/api/v1/ingest?token=')).toMatchObject({ status: 401 })
    expect(await send(`/api/v1/ingest/k/${ADMIN_KEY}/fraud`)).toMatchObject({
      answer: { code: 'key_in_url' },
    })
    expect(await send(`/api/v1/ingest?token=${READ_KEY}`)).toMatchObject({ status: 403 })
    expect(await send(`/api/v1/ingest/fraud?key=${INGEST_KEY}`)).toMatchObject({ status: 400 })
    expect(await send(`/api/v1/models?token=${ADMIN_KEY}`, 'GET')).toMatchObject({ status: 400 })
    expect(await send(`/api/v1/labels/k/${INGEST_KEY}/fraud`)).toMatchObject({ status: 404 })
    expect(api.logged).toEqual([])
  })
})
