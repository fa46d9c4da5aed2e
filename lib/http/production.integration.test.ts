/** Walks the real server with its pages as it runs in production: nothing of development answers, and every answer is dressed. */
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '@/lib/runtime/testing'

let server: TestServer
let script = ''
beforeAll(async () => {
  server = await startServer({
    env: {
      PLUMBLINE_PAGES: 'on',
      PLUMBLINE_URL: 'https://plumb.example',
      PLUMBLINE_ADMIN_PASSWORD: 'a long enough secret',
    },
  })
  const page = await (await fetch(`${server.url}/sign-in`)).text()
  script = /\/_next\/static\/[^"]+\.js/.exec(page)?.[0] ?? ''
}, 180_000)
afterAll(() => server?.dispose())

/** Sends a request as text and reads the head of the answer. */
function headOf(lines: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(server.port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`))
    const finish = () => {
      socket.destroy()
      resolve(text.slice(0, text.indexOf('\r\n\r\n')))
    }
    socket.setTimeout(10_000, finish)
    socket.on('error', finish)
    socket.on('close', finish)
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      if (text.includes('\r\n\r\n')) finish()
    })
  })
}

describe('production', () => {
  it.each([
    '/_next/webpack-hmr',
    '/_next/hmr',
    '/_next/mcp',
    '/_next/image?url=%2Fx.png&w=64&q=75',
    '/_next/static/development/_devMiddlewareManifest.json',
    '/__nextjs_original-stack-frames',
    '/__nextjs_source-map?filename=server.js',
    '/__nextjs_error_feedback',
    '/__nextjs_font/geist-latin.woff2',
    '/__nextjs_devtools_config',
    '/__nextjs_restart_dev',
    '/.next/BUILD_ID',
    '/server.ts',
    '/package.json',
    '/dist/server.js',
    '/dist/server.js.map',
  ])('has nothing at %s', async (target) => {
    const answer = await fetch(server.url + target, { redirect: 'manual' })
    expect(answer.status).toBe(404)
    expect(await answer.text()).not.toMatch(/sourcesContent|better-sqlite3|"dependencies"/)
    expect((await fetch(server.url + target, { method: 'POST', body: '{}' })).status).toBe(405)
  })

  it('answers no upgrade to a web socket', async () => {
    for (const target of ['/_next/webpack-hmr', '/_next/hmr', '/']) {
      const head = await headOf([
        `GET ${target} HTTP/1.1`,
        'Host: localhost',
        'Connection: Upgrade',
        'Upgrade: websocket',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      ])
      expect(head).toMatch(/^HTTP\/1\.1 (?!101)\d{3} /)
    }
  })

  it('serves pages without the tools of development', async () => {
    const answer = await fetch(`${server.url}/sign-in`)
    const text = await answer.text()
    expect(answer.status).toBe(200)
    expect(text).not.toMatch(/hmr-client|turbopack-hmr|react-refresh|next-devtools|__nextjs/)
    expect(answer.headers.get('content-security-policy')).not.toMatch(/unsafe-eval|ws:/)
  })

  it('lets nobody steer the pages from outside', async () => {
    const plain = await fetch(`${server.url}/`, { redirect: 'manual' })
    const steered = await fetch(`${server.url}/`, {
      redirect: 'manual',
      headers: {
        'x-middleware-subrequest': 'middleware:middleware:middleware',
        'x-nextjs-request-id': '1',
        'x-nextjs-html-request-id': '1',
        'x-invoke-path': '/settings/keys',
        'x-invoke-status': '200',
        'next-resume': '1',
        'x-plumbline-target': '//evil.example',
      },
    })
    const facts = (answer: Response) => [answer.status, answer.headers.get('location')]
    expect(facts(steered)).toEqual(facts(plain))
    expect(plain.status).toBe(307)
  })

  it('dresses every answer: pages, files, the API, health checks and refusals', async () => {
    expect(script).toMatch(/\.js$/)
    const asked: [string, number, string[]][] = [
      ['a page', 200, ['GET /sign-in HTTP/1.1', 'Host: localhost']],
      ['a redirect', 307, ['GET / HTTP/1.1', 'Host: localhost']],
      ['no page', 404, ['GET /there/is/none HTTP/1.1', 'Host: localhost']],
      ['a change of a page', 405, ['POST /sign-in HTTP/1.1', 'Host: localhost', 'Content-Length: 0']],
      ['a file', 200, [`GET ${script} HTTP/1.1`, 'Host: localhost']],
      ['no file', 404, ['GET /_next/static/none.js HTTP/1.1', 'Host: localhost']],
      ['the icon', 200, ['GET /icon.svg HTTP/1.1', 'Host: localhost']],
      ['the API', 200, ['GET /api/v1/limits HTTP/1.1', 'Host: localhost', `X-API-Key: ${server.adminKey}`]],
      ['the API without a key', 401, ['GET /api/v1/limits HTTP/1.1', 'Host: localhost']],
      ['no such call', 404, ['GET /api/none HTTP/1.1', 'Host: localhost']],
      ['a life sign', 200, ['GET /livez HTTP/1.1', 'Host: localhost']],
      ['readiness', 200, ['GET /readyz HTTP/1.1', 'Host: localhost']],
      ['another host', 400, ['GET / HTTP/1.1', 'Host: evil.example']],
    ]
    for (const [what, status, lines] of asked) {
      const head = await headOf(lines)
      expect([what, Number(head.split(' ')[1])]).toEqual([what, status])
      for (const wanted of [
        /^x-content-type-options: nosniff$/im,
        /^referrer-policy: same-origin$/im,
        /^cross-origin-resource-policy: same-origin$/im,
        /^strict-transport-security: max-age=\d+$/im,
        /^content-security-policy: .*frame-ancestors 'none'/im,
        status === 200 && what === 'a file'
          ? /^cache-control: .*immutable$/im
          : /^cache-control: .*no-store/im,
      ])
        expect(head, what).toMatch(wanted)
      expect(head, what).not.toMatch(/^(x-powered-by|server):/im)
    }
  })
})
