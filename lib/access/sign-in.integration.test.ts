import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '@/lib/runtime/testing'

const root = mkdtempSync(path.join(tmpdir(), 'plumbline-access-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const PASSWORD = 'plumb lines hang straight'

const claimToken = (server: TestServer) => /\/setup\?token=([\w-]+)/.exec(server.output())?.[1] ?? ''

/** POST without any key. */
function post(
  server: TestServer,
  target: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(server.url + target, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}

const claim = (server: TestServer, token: string, name: string) =>
  post(server, '/api/v1/setup', { token, name, password: PASSWORD })
const signIn = (server: TestServer, name: string, password: string) =>
  post(server, '/api/v1/session', { name, password })

/** Headers of the session that an answer started. */
async function sessionOf(response: Response): Promise<Record<string, string>> {
  const { csrf_token } = (await response.json()) as { csrf_token: string }
  return { cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '', 'x-csrf-token': csrf_token }
}

describe('claiming', () => {
  it('lets one of many racing claims win, and no token work twice', async () => {
    await using server = await startServer()
    const token = claimToken(server)
    const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => claim(server, token, `racer ${i}`)))
    const statuses = answers.map((answer) => answer.status).sort()
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status >= 500)).toEqual([])
    const again = await claim(server, token, 'late')
    expect(again.status).toBe(409)
    await server.stop()
  })

  it('refuses a wrong token, a weak password and another site; a new start gives a new link', async () => {
    const dataDir = path.join(root, 'claim')
    const first = await startServer({ dataDir })
    const token = claimToken(first)
    expect((await claim(first, 'x'.repeat(22), 'ada')).status).toBe(403)
    const weak = await post(first, '/api/v1/setup', { token, name: 'ada', password: 'short' })
    expect(weak.status).toBe(422)
    const elsewhere = { origin: 'http://evil.example', 'sec-fetch-site': 'cross-site' }
    expect(
      (await post(first, '/api/v1/setup', { token, name: 'ada', password: PASSWORD }, elsewhere)).status,
    ).toBe(403)
    await first.stop()
    await using second = await startServer({ dataDir })
    expect(claimToken(second)).not.toBe(token)
    expect((await claim(second, token, 'ada')).status).toBe(403)
    const claimed = await claim(second, claimToken(second), 'ada')
    expect(claimed.status).toBe(200)
    expect(claimed.headers.get('set-cookie')).toMatch(
      /^plumbline_session=[\w-]{43}; .*HttpOnly; SameSite=Lax/,
    )
    await second.stop()
    await using third = await startServer({ dataDir })
    expect(claimToken(third)).toBe('')
  })
})

describe('signing in', () => {
  it('works with the password of the environment, survives a restart, and ends by signing out', async () => {
    const dataDir = path.join(root, 'session')
    const env = { PLUMBLINE_ADMIN_PASSWORD: PASSWORD }
    const first = await startServer({ dataDir, env })
    const credentials = { name: 'admin', password: PASSWORD }
    for (const headers of [
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
    ] as Record<string, string>[]) {
      const refused = await post(first, '/api/v1/session', credentials, headers)
      expect([refused.status, refused.headers.get('set-cookie')]).toEqual([403, null])
    }
    // A session that somebody else planted is not the one that begins.
    const planted = `plumbline_session=${'A'.repeat(43)}`
    const session = await sessionOf(await post(first, '/api/v1/session', credentials, { cookie: planted }))
    expect(session.cookie).not.toBe(planted)
    expect((await fetch(`${first.url}/api/v1/session`, { headers: { cookie: planted } })).status).toBe(401)
    await first.stop()
    await using server = await startServer({ dataDir, env })
    const who = await fetch(`${server.url}/api/v1/session`, { headers: session })
    expect(await who.json()).toMatchObject({ name: 'admin', role: 'admin' })
    const out = await fetch(`${server.url}/api/v1/session`, { method: 'DELETE', headers: session })
    expect(out.status).toBe(204)
    expect(out.headers.get('set-cookie')).toContain('Max-Age=0')
    expect((await fetch(`${server.url}/api/v1/session`, { headers: session })).status).toBe(401)
  })

  it('says the same for a wrong name and a wrong password, and brakes after some failures', async () => {
    await using server = await startServer({ env: { PLUMBLINE_ADMIN_PASSWORD: PASSWORD } })
    const wrongName = (await (await signIn(server, 'nobody', PASSWORD)).json()) as { detail: string }
    const wrongPassword = (await (await signIn(server, 'admin', `${PASSWORD}!`)).json()) as { detail: string }
    expect(wrongName.detail).toBe(wrongPassword.detail)
    for (let i = 0; i < 4; i++) await signIn(server, 'admin', 'wrong wrong wrong')
    const braked = await signIn(server, 'admin', PASSWORD)
    expect(braked.status).toBe(429)
    expect(Number(braked.headers.get('retry-after'))).toBeGreaterThan(0)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    expect((await signIn(server, 'admin', PASSWORD)).status).toBe(200)
  })
})

describe('keys', () => {
  it('are accepted in every form, stop within a second of being revoked, and are stored nowhere', async () => {
    const dataDir = path.join(root, 'keys')
    const server = await startServer({ dataDir, env: { PLUMBLINE_ADMIN_PASSWORD: PASSWORD } })
    const made = await server.fetch('/api/v1/keys', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'dashboards', scopes: ['read'] }),
    })
    const { key, secret } = (await made.json()) as { key: { id: number }; secret: string }
    const read = (headers: Record<string, string>) => fetch(`${server.url}/api/v1/models`, { headers })
    const forms: readonly Record<string, string>[] = [
      { authorization: `Bearer ${secret}` },
      { authorization: `ApiKey ${secret}` },
      { authorization: `Splunk ${secret}` },
      { authorization: `Basic ${btoa(`x:${secret}`)}` },
      { 'x-api-key': secret },
    ]
    for (const form of forms) expect((await read(form)).status).toBe(200)

    expect((await server.fetch(`/api/v1/keys/${key.id}`, { method: 'DELETE' })).status).toBeLessThan(300)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    expect((await read({ authorization: `Bearer ${secret}` })).status).toBe(401)

    const list = await (await server.fetch('/api/v1/keys')).text()
    expect(list).toContain('dashboards')
    expect(list).not.toContain(secret)
    const session = await sessionOf(await signIn(server, 'admin', PASSWORD))
    await server.stop()
    const secrets = [secret, PASSWORD, server.adminKey, session.cookie?.split('=')[1] ?? '']
    const found = secrets.filter((text) => server.output().includes(text) || isStored(dataDir, text))
    expect(found).toEqual([])
  })
})

/** Whether a text stands in any file of the data folder. */
function isStored(dataDir: string, text: string): boolean {
  return readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'ballast')
    .some((entry) => readFileSync(path.join(entry.parentPath, entry.name)).includes(text))
}
