import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Receiver, startReceiver } from '@/lib/channels/testing'
import { startServer, type TestServer } from '@/lib/runtime/testing'

const PASSWORD = 'canary-of-the-password-5f1c'
const ADMIN_KEY = 'plb_canaryOfTheFixedAdminKey77aa'
const HOOK_PATH = 'canary-of-the-hook-path-91d0'
const HOOK_TOKEN = 'canary-of-the-hook-token-3b6e'
const HOOK_SECRET = `whsec_${Buffer.from('canary of the signing secret').toString('base64')}`
const ROUTING_KEY = 'canaryOfThePagerRoutingKey000042'
const MAIL_PASSWORD = 'canary-of-the-mail-password-c4e2'
const PUSH_PASSWORD = 'canary-of-the-alertmanager-password-8d'
const HEARTBEAT_PATH = 'canary-of-the-heartbeat-path-17ab'
const WRONG_KEY = 'plb_canaryOfAKeyThatIsWrong00bb'
const WRONG_PASSWORD = 'canary-of-a-wrong-password-aa10'

const PAGES = [
  '/',
  '/alerts',
  '/ingest',
  '/models/m',
  '/models/m/inputs',
  '/models/m/outputs',
  '/models/m/software',
  '/models/m/versions',
  '/models/m/settings',
  '/settings/channels',
  '/settings/keys',
]

let server: TestServer
let receiver: Receiver
let secrets: Record<string, string>
let session: Record<string, string>
/** Every answer with the place that it came from. */
const said: { place: string; text: string }[] = []

const json = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

/** Asks, and keeps head and body of the answer. */
async function ask(target: string, init: RequestInit = {}): Promise<Response> {
  const response = await server.fetch(target, { redirect: 'manual', ...init })
  const head = [...response.headers].filter(([name]) => name !== 'set-cookie')
  said.push({ place: target, text: `${JSON.stringify(head)}${await response.clone().text()}` })
  return response
}

beforeAll(async () => {
  receiver = await startReceiver({ kind: 'status', status: 500 })
  server = await startServer({
    adminKey: ADMIN_KEY,
    env: {
      PLUMBLINE_PAGES: 'on',
      PLUMBLINE_ADMIN_PASSWORD: PASSWORD,
      PLUMBLINE_OUTBOUND_ALLOW: '127.0.0.1',
      PLUMBLINE_LOG_LEVEL: 'trace',
    },
  })
  const made = await server.fetch('/api/v1/keys', json('POST', { name: 'shipper', scopes: ['ingest'] }))
  const { secret: ingestKey } = (await made.json()) as { secret: string }
  const url = `http://127.0.0.1:${receiver.port}/${HOOK_PATH}?token=${HOOK_TOKEN}`
  const added = await server.fetch(
    '/api/v1/channels',
    json('POST', { name: 'ops', url, secret: HOOK_SECRET }),
  )
  const { channel } = (await added.json()) as { channel: { id: number } }
  const local = `http://127.0.0.1:${receiver.port}`
  const others = [
    { name: 'pager', kind: 'pagerduty', url: `${local}/enqueue`, secret: ROUTING_KEY },
    { name: 'room', kind: 'slack', url: `${local}/${HOOK_PATH}` },
    { name: 'push', kind: 'alertmanager', url: local, secret: `user:${PUSH_PASSWORD}` },
    {
      name: 'mail',
      kind: 'email',
      url: 'smtp://127.0.0.1:1',
      secret: MAIL_PASSWORD,
      username: 'plumbline',
      from: 'a@example.org',
      to: ['b@example.org'],
    },
  ]
  const ids = [channel.id]
  for (const other of others) {
    const answer = await ask('/api/v1/channels', json('POST', other))
    ids.push(((await answer.json()) as { channel: { id: number } }).channel.id)
  }
  await ask('/api/v1/heartbeat', json('PUT', { url: `${local}/${HEARTBEAT_PATH}` }))
  const record = { model: 'm', prediction_id: 'p', features: { x: 1 }, prediction: 1 }
  await ask('/api/v1/ingest', {
    ...json('POST', [record, { nonsense: 1 }]),
    headers: { authorization: `Bearer ${ingestKey}` },
  })
  const signedIn = await server.fetch('/api/v1/session', {
    ...json('POST', { name: 'admin', password: PASSWORD }),
    headers: { authorization: '', origin: server.url, 'content-type': 'application/json' },
  })
  session = { cookie: signedIn.headers.get('set-cookie')?.split(';')[0] ?? '', authorization: '' }
  secrets = {
    'the password': PASSWORD,
    'the fixed key': ADMIN_KEY,
    'a key that was made': ingestKey,
    'the session': session.cookie?.split('=')[1] ?? '',
    'the path of a webhook': HOOK_PATH,
    'the token of a webhook': HOOK_TOKEN,
    'the signing secret': HOOK_SECRET,
    'the routing key': ROUTING_KEY,
    'the password of the mail server': MAIL_PASSWORD,
    'the password of Alertmanager': PUSH_PASSWORD,
    'the path of the sign of life': HEARTBEAT_PATH,
    'a wrong key': WRONG_KEY,
    'a wrong password': WRONG_PASSWORD,
  }

  // What fails says the most: a receiver in trouble, wrong credentials, bodies that are none.
  for (const id of ids) await ask(`/api/v1/channels/${id}/test`, json('POST', {}))
  await receiver.stop()
  await ask('/api/v1/models', { headers: { authorization: `Bearer ${WRONG_KEY}` } })
  await ask('/api/v1/session', {
    ...json('POST', { name: 'admin', password: WRONG_PASSWORD }),
    headers: { authorization: '', origin: server.url, 'content-type': 'application/json' },
  })
  await ask('/api/v1/session', {
    method: 'POST',
    body: `{"password": "${PASSWORD}"`,
    headers: { authorization: '' },
  })
  await ask('/api/v1/channels', json('POST', { name: 'ops', url, secret: HOOK_SECRET }))
  await ask('/api/v1/channels', json('POST', { name: 'bad', url: `ftp://x/${HOOK_PATH}` }))
}, 180_000)

afterAll(async () => {
  await receiver?.stop()
  await server?.dispose()
})

const leaks = (place: string, text: string): string[] =>
  Object.entries(secrets).flatMap(([name, secret]) => (text.includes(secret) ? [`${name} in ${place}`] : []))

describe('secrets', () => {
  it('are long enough to be looked for', () => {
    for (const [name, secret] of Object.entries(secrets)) expect(secret.length, name).toBeGreaterThan(20)
  })

  it('stand in no answer of the API, whatever went wrong', async () => {
    const document = (await (await ask('/api/v1/openapi.json')).json()) as {
      paths: Record<string, Record<string, unknown>>
    }
    const targets = Object.entries(document.paths)
      .filter(([target, methods]) => 'get' in methods && !target.endsWith('/live'))
      .map(([target]) =>
        target
          .replace('{model}', 'm')
          .replace('{version}', '1')
          .replace(/\{\w+\}/, '1'),
      )
    expect(targets.length).toBeGreaterThan(10)
    for (const target of targets) await ask(target)
    await ask('/api/v1/models/m/evaluations?format=csv')
    expect(said.flatMap(({ place, text }) => leaks(place, text))).toEqual([])
  })

  it('stand on no page', async () => {
    for (const page of PAGES) {
      const response = await server.fetch(page, { headers: session, redirect: 'manual' })
      expect(response.status, page).toBe(200)
      expect(leaks(page, await response.text())).toEqual([])
    }
  })

  it('stand in no line of the log, at its most talkative, and in no file of the data folder', async () => {
    await server.stop()
    expect(leaks('the log', server.output())).toEqual([])
    const files = readdirSync(server.dataDir, { recursive: true, withFileTypes: true }).filter(
      (entry) => entry.isFile() && entry.name !== 'ballast',
    )
    const found = files.flatMap((entry) =>
      leaks(entry.name, readFileSync(path.join(entry.parentPath, entry.name), 'latin1')),
    )
    expect(found).toEqual([])
  })
})
