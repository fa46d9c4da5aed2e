import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openTestStores } from '@/db/sqlite/testing'
import { startTestApi, type TestApi } from '@/lib/http/testing'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi(await openTestStores())
})
afterAll(() => api[Symbol.asyncDispose]())

async function call(method: string, path: string, body?: object) {
  const init = { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await api.fetch(path, body ? init : { method })
  const text = await response.text()
  return { status: response.status, text, body: text === '' ? null : JSON.parse(text) }
}

const HOOK = 'https://hooks.example.com/T1'
const MAIL = {
  kind: 'email',
  url: 'smtp://mail.example.com:587',
  from: 'a@example.org',
  to: ['b@example.org'],
}

describe('a destination that is no good', () => {
  it.each<[string, object]>([
    ['a file', { url: 'file:///etc/passwd' }],
    ['a script', { url: 'javascript:alert(1)' }],
    ['a socket of this machine', { url: 'unix:/var/run/docker.sock' }],
    ['this machine', { url: 'http://127.1/' }],
    ['the metadata of a cloud', { url: 'http://169.254.169.254/latest' }],
    ['a private network', { url: 'http://10.0.0.1/' }],
    ['another service', { url: 'http://example.com:6379/' }],
    ['an address without an end', { url: `https://example.com/${'a'.repeat(10_000)}` }],
    ['no address', {}],
    ['a number', { url: 7 }],
    ['a password in the address', { url: 'https://user:pass@example.com/' }],
    ['no name', { name: '', url: HOOK }],
    ['a name of two lines', { name: 'a\r\nBcc: x@example.org', url: HOOK }],
    ['a name without an end', { name: 'x'.repeat(201), url: HOOK }],
    ['an unknown kind', { kind: 'carrier pigeon', url: HOOK }],
    ['no routing key', { kind: 'pagerduty' }],
    ['a sender of two lines', { ...MAIL, from: 'a@example.org\r\nBcc: c@example.org' }],
    ['a receiver that is a list', { ...MAIL, to: ['b@example.org, c@example.org\nSubject: x'] }],
    ['a thousand receivers', { ...MAIL, to: Array.from({ length: 1_000 }, (_, i) => `p${i}@example.org`) }],
    ['a mail server that is a web server', { ...MAIL, url: HOOK }],
    ['a mail server on another port', { ...MAIL, url: 'smtp://mail.example.com:22' }],
  ])('is refused: %s', async (_what, wish) => {
    const answer = await call('POST', '/api/v1/channels', { name: 'on-call', ...wish })
    expect([answer.status, answer.body.code]).toEqual([422, expect.any(String)])
    expect(answer.text).not.toMatch(/node_modules|at \w+ \(/)
    expect((await call('GET', '/api/v1/channels')).body.channels).toEqual([])
    expect(api.logged).toEqual([])
  })

  it('has no headers of its own to set, and keeps none that are sent', async () => {
    const headers = { Host: 'internal', 'Content-Length': '0', 'X-A': 'b\r\nX-C: d' }
    const added = await call('POST', '/api/v1/channels', {
      name: 'on-call',
      kind: 'slack',
      url: HOOK,
      headers,
    })
    expect(added.status).toBe(201)
    const { text, body } = await call('GET', '/api/v1/channels')
    expect(text).not.toMatch(/internal|X-C/)
    const path = `/api/v1/channels/${body.channels[0].id}`
    expect((await call('PATCH', path, { url: 'http://192.168.0.1/' })).status).toBe(422)
    expect((await call('PATCH', path, { name: 'x\u0000' })).status).toBe(422)
    expect((await call('DELETE', path)).status).toBeLessThan(300)
    expect((await call('POST', `${path}/test`)).status).toBe(404)
  })
})
