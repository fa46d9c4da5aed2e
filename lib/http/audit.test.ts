import { afterAll, beforeAll, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { ROUTES } from '@/lib/http/routes'
import { sendJson, startTestApi, type TestApi } from '@/lib/http/testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi(await openTestStores(), { secretKey: new Uint8Array(32) })
})
afterAll(() => api[Symbol.asyncDispose]())

interface Page {
  entries: { id: number; at: string; actor: string; action: string; subject: string }[]
  next: string | null
}
const ask = async (query = ''): Promise<Page> => (await sendJson(api, 'GET', `/api/v1/audit${query}`)).body

it('tells administrators who did what, page by page, as it is declared, and nobody else', async () => {
  const { body } = await sendJson(api, 'POST', '/api/v1/keys', { name: 'grafana', scopes: ['read'] })
  const response = ROUTES.find(({ path }) => path === '/api/v1/audit')?.response
  for (const name of ['one', 'two']) await sendJson(api, 'POST', '/api/v1/keys', { name, scopes: ['read'] })
  const whole = await ask()
  expect(response?.safeParse(whole).success).toBe(true)
  expect(whole.entries.map(({ action, subject }) => `${action} ${subject.split(' ')[0]}`)).toEqual([
    'key.created two',
    'key.created one',
    'key.created grafana',
  ])
  const first = await ask('?limit=2')
  const second = await ask(`?limit=2&cursor=${first.next}`)
  expect([...first.entries, ...second.entries]).toEqual(whole.entries)
  expect(second.next).toBeNull()
  expect((await ask('?q=GRAFANA%20created')).entries).toEqual(whole.entries.slice(2))
  const asReader = { headers: { authorization: `Bearer ${body.secret}` } }
  expect((await api.fetch('/api/v1/audit', asReader)).status).toBe(403)
})

it('never tells a secret: not of a key, of a channel, or of where a sign of life goes', async () => {
  const { body } = await sendJson(api, 'POST', '/api/v1/keys', { name: 'vector', scopes: ['ingest'] })
  await sendJson(api, 'POST', `/api/v1/keys/${body.key.id}/rotate`, {})
  const slack = { name: 'slack', kind: 'slack', url: 'https://hooks.slack.com/services/T0/B0/topsecret' }
  const added = await sendJson(api, 'POST', '/api/v1/channels', slack)
  expect(added.status).toBe(201)
  const url = 'https://hooks.slack.com/services/T0/B0/topsecret2'
  const changed = await sendJson(api, 'PATCH', `/api/v1/channels/${added.body.channel.id}`, { url })
  expect(changed.status).toBeLessThan(300)
  const pagerduty = { name: 'pager', kind: 'pagerduty', secret: 'topsecret0123456789abcdef0123456' }
  expect((await sendJson(api, 'POST', '/api/v1/channels', pagerduty)).status).toBe(201)
  const beat = await sendJson(api, 'PUT', '/api/v1/heartbeat', { url: 'https://hc-ping.com/topsecret' })
  expect(beat.status).toBe(200)
  const { entries } = await ask()
  const actions = entries.map(({ action }) => action)
  expect(actions).toEqual(
    expect.arrayContaining(['key.rotated', 'channel.add', 'channel.update', 'heartbeat.set']),
  )
  const told = JSON.stringify(entries)
  expect(told).toContain('hooks.slack.com')
  expect(told).not.toContain('topsecret')
  expect(told).not.toContain(body.secret)
})
