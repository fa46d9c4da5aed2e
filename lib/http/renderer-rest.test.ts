import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createRendererProxy } from '@/lib/http/renderer-proxy'
import { superviseRenderer } from '@/lib/runtime/renderer-supervisor'

const REST_MS = 500
/** Every second it is looked whether anybody came. */
const ANSWER_MS = 3_000

/** Says that it lives, and answers with its pid, each question after so long. */
const PROGRAM = `
  import http from 'node:http'
  const socket = process.argv[1] + '.' + process.pid
  process.on('disconnect', () => process.exit(0))
  setInterval(() => process.send({ kind: 'beat' }), 500)
  http
    .createServer((request, response) => setTimeout(() => response.end(String(process.pid)), ${ANSWER_MS}))
    .listen(socket, () => process.send({ kind: 'listening', socket }))
`

/** A renderer that rests soon, and the server before it. */
async function startBoth() {
  const dir = mkdtempSync(path.join(tmpdir(), 'plumbline-rest-'))
  const file = path.join(dir, 'r.mjs')
  writeFileSync(file, PROGRAM)
  const renderer = superviseRenderer({
    path: file,
    env: () => process.env,
    logger: { info: () => {}, warn: () => {}, error: () => {} },
    now: () => performance.now(),
    restMs: REST_MS,
    isWatched: () => proxy.isAsked(),
  })
  const proxy = createRendererProxy(renderer, false)
  const server = http.createServer((request, response) =>
    proxy.hand(request, response, () => {
      response.writeHead(503)
      response.end()
    }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await renderer.stop(1_000)
    rmSync(dir, { recursive: true, force: true })
  })
  return { renderer, proxy, port: (server.address() as AddressInfo).port }
}

it('does not end a renderer that somebody waits for, however long it takes to answer; then it may rest', async () => {
  const { renderer, proxy, port } = await startBoth()
  const asked = fetch(`http://127.0.0.1:${port}`)
  await vi.waitUntil(() => renderer.standing() !== null, { timeout: 20_000 })
  const first = renderer.standing()
  expect(proxy.isAsked()).toBe(true)
  const answer = await asked
  expect(answer.status).toBe(200)
  expect(first).toMatch(new RegExp(`\\.${await answer.text()}$`))
  await vi.waitUntil(() => !proxy.isAsked(), { timeout: 20_000 })
  await vi.waitUntil(() => renderer.standing() === null, { timeout: 20_000 })
}, 60_000)

it('counts nobody whose connection ended, not even those who sent ahead on it', async () => {
  const { proxy, port } = await startBoth()
  const client = net.connect(port, '127.0.0.1')
  client.on('error', () => {})
  client.write('GET /one HTTP/1.1\r\nhost: x\r\n\r\nGET /two HTTP/1.1\r\nhost: x\r\n\r\n')
  await vi.waitUntil(() => proxy.isAsked(), { timeout: 20_000 })
  client.destroy()
  await vi.waitUntil(() => !proxy.isAsked(), { timeout: 20_000 })
}, 60_000)
