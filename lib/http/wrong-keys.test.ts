import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { createAuthenticator } from '@/lib/access/authenticate'
import { startTestApi, type TestApi } from '@/lib/http/testing'

const NOW_MS = Date.UTC(2026, 10, 21, 12)
let api: TestApi
beforeAll(async () => {
  api = await startTestApi(await openTestStores(), { nowMs: NOW_MS })
})
afterAll(() => api[Symbol.asyncDispose]())

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` })
const json = { 'content-type': 'application/json' }

async function makeKey(scope: string): Promise<{ id: number; secret: string }> {
  const body = JSON.stringify({ name: `${scope} ${Math.random()}`, scopes: [scope] })
  const answer = await (await api.fetch('/api/v1/keys', { method: 'POST', headers: json, body })).json()
  return { id: answer.key.id, secret: answer.secret }
}

const post = (secret: string, body: BodyInit = '{"prediction":1}', path = '/api/v1/ingest/m') =>
  api.fetch(path, { method: 'POST', headers: bearer(secret), body })

const stored = async () =>
  (await api.stores.log.listPartitions()).reduce((sum, partition) => sum + partition.records, 0)

describe('row 139: a key that may not send', () => {
  it('is refused before its body is read: revoked, unknown, and without the scope', async () => {
    const revoked = await makeKey('ingest')
    await api.fetch(`/api/v1/keys/${revoked.id}`, { method: 'DELETE' })
    const readOnly = await makeKey('read')
    const bomb = Buffer.from([0x1f, 0x8b, 0xff, 0xff])
    for (const [secret, status, code] of [
      [revoked.secret, 401, 'bad_key'],
      ['plb_unknown_0123456789', 401, 'bad_key'],
      [readOnly.secret, 403, 'forbidden'],
    ] as const) {
      const answer = await post(secret, bomb)
      expect([answer.status, (await answer.json()).code]).toEqual([status, code])
    }
    expect(await stored()).toBe(0)
  })

  it('is refused for back-fill unless it is an administrator', async () => {
    const { secret } = await makeKey('ingest')
    const answer = await post(secret, '{"prediction":1}', '/api/v1/ingest/m?backfill=1')
    expect(answer.status).toBe(403)
    expect(await stored()).toBe(0)
  })

  it('gives a sender no read, not even of counts', async () => {
    const { secret } = await makeKey('ingest')
    for (const path of ['/api/v1/models', '/api/v1/refused', '/api/v1/labels/status?model=m'])
      expect((await api.fetch(path, { headers: bearer(secret) })).status).toBe(403)
  })

  it('stops working within a second of its being revoked, also where it was just used', async () => {
    const key = await makeKey('ingest')
    const records = api.stores.metadata
    const { authenticate } = createAuthenticator({ records, adminKey: null, publicUrl: () => api.url })
    const header = (name: string) => (name === 'authorization' ? `Bearer ${key.secret}` : null)
    await expect(authenticate(header, NOW_MS)).resolves.toMatchObject({ kind: 'key' })
    await api.fetch(`/api/v1/keys/${key.id}`, { method: 'DELETE' })
    await expect(authenticate(header, NOW_MS + 1_000)).rejects.toMatchObject({ code: 'unauthorized' })
  })
})

describe('row 140: a flood of wrong keys', () => {
  it('is answered 429 with a time to wait, while right keys from the same address work', async () => {
    await using fresh = await startTestApi(await openTestStores(), { nowMs: NOW_MS })
    const prefix = 'plb_abcdef'
    const counts = new Map<number, number>()
    for (let i = 0; i < 300; i++) {
      const answer = await fresh.fetch('/api/v1/models', { headers: bearer(`${prefix}${i}`) })
      counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1)
      await answer.arrayBuffer()
    }
    expect(Object.fromEntries(counts)).toEqual({ 401: 200, 429: 100 })
    const answer = await fresh.fetch('/api/v1/ingest/m', {
      method: 'POST',
      headers: bearer(`${prefix}x`),
      body: '{"prediction":1}',
    })
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1'])
    expect(await answer.json()).toMatchObject({ code: 'too_many_wrong_keys' })
    const right = () =>
      fresh.fetch('/api/v1/ingest/m', { method: 'POST', body: JSON.stringify({ prediction: Math.random() }) })
    for (let i = 0; i < 5; i++) expect((await right()).status).toBe(200)
    expect((await fresh.fetch('/api/v1/models')).status).toBe(200)
    // Nobody without credentials pays for it.
    expect((await fetch(`${fresh.url}/api/v1/models`)).status).toBe(401)
  })
})
