import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '@/lib/runtime/testing'

let server: TestServer
beforeAll(async () => {
  server = await startServer({
    env: { PLUMBLINE_URL: 'https://plumb.example', PLUMBLINE_ALLOWED_HOSTS: 'other.internal' },
  })
})
afterAll(() => server.dispose())

/** A request with a Host of our choice, which fetch does not allow. */
function ask(target: string, host: string, method = 'GET'): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { port: server.port, host: '127.0.0.1', path: target, method, headers: { host } },
      (response) => {
        let body = ''
        response.on('data', (chunk) => {
          body += chunk
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      },
    )
    sent.on('error', reject)
    sent.end()
  })
}

describe('the front', () => {
  it.each(['localhost', '127.0.0.1:9', 'plumb.example', 'other.internal:8080'])(
    'answers under the host %s',
    async (host) => {
      expect((await ask('/api/v1/limits', host)).status).toBe(401)
    },
  )

  it.each(['evil.example', 'localhost.evil.example', 'plumb.example.evil'])(
    'refuses the host %s',
    async (host) => {
      const { status, body } = await ask('/api/v1/limits', host)
      expect(status).toBe(400)
      expect(JSON.parse(body)).toMatchObject({ code: 'host_not_allowed' })
    },
  )

  it('takes a target in absolute form, whose host is the one that counts', async () => {
    const at = (host: string) => `http://${host}/api/v1/limits`
    expect((await ask(at('plumb.example'), 'evil.example')).status).toBe(401)
    expect((await ask(at('other.internal:8080'), 'localhost')).status).toBe(401)
    for (const host of ['evil.example', 'plumb.example@evil.example', '']) {
      const { status, body } = await ask(at(host), 'localhost')
      expect([host, status]).toEqual([host, 400])
      expect(JSON.parse(body)).toMatchObject({ code: 'host_not_allowed' })
    }
    expect((await ask('http://localhost/readyz', 'localhost')).status).toBe(200)
  })

  it('answers health checks under any host, without credentials and without details of the machine', async () => {
    expect(await ask('/livez', 'evil.example')).toEqual({ status: 200, body: '{"alive":true}\n' })
    expect(await ask('/readyz', 'evil.example')).toEqual({
      status: 200,
      body: '{"ready":true,"problems":[]}\n',
    })
  })

  it('serves no pages where they are switched off', async () => {
    expect((await ask('/', 'localhost')).status).toBe(404)
    expect((await ask('/_next/static/x.js', 'localhost')).status).toBe(404)
  })

  it('grants other origins nothing', async () => {
    const response = await fetch(`${server.url}/api/v1/models`, {
      method: 'OPTIONS',
      headers: { origin: 'http://evil.example' },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })

  it('uses the public address in links and in the cookie', async () => {
    expect(server.output()).toMatch(/^Plumbline answers at https:\/\/plumb\.example$/m)
  })
})
