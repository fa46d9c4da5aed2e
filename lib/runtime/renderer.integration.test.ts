/** Holds the renderer to what it is for: whatever becomes of it, records are taken, and readers come back. */
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startServer, type TestServer } from '@/lib/runtime/testing'

const TIME_LIMIT_MS = 240_000

const withPages = (env: Readonly<Record<string, string>> = {}, dataDir?: string) =>
  startServer({ env: { PLUMBLINE_PAGES: 'on', ...env }, ...(dataDir === undefined ? {} : { dataDir }) })

const look = (server: TestServer) => fetch(`${server.url}/sign-in`)

const send = (server: TestServer, id: string) =>
  server.fetch('/api/v1/ingest/m', {
    method: 'POST',
    body: JSON.stringify({ prediction_id: id, features: { x: 1 }, prediction: 1 }),
  })

const sockets = (server: TestServer) => readdirSync(server.dataDir).filter((name) => name.endsWith('.sock'))

describe('the renderer', () => {
  it(
    'may be killed: who looks next waits for the next one, and no record is refused meanwhile',
    async () => {
      await using server = await withPages()
      expect((await look(server)).status).toBe(200)
      const first = server.rendererPid()
      process.kill(first, 'SIGKILL')
      const [page, answer, models] = await Promise.all([
        look(server),
        send(server, 'meanwhile'),
        server.fetch('/api/v1/models'),
      ])
      expect([page.status, answer.status, models.status]).toEqual([200, 200, 200])
      expect(server.rendererPid()).not.toBe(first)
      expect(sockets(server)).toEqual([`renderer-${server.rendererPid()}.sock`])
    },
    TIME_LIMIT_MS,
  )

  it(
    'may hang: records are taken all the same, and pages come back by those of the next one',
    async () => {
      await using server = await withPages()
      await look(server)
      const first = server.rendererPid()
      process.kill(first, 'SIGSTOP')
      const page = look(server)
      for (let i = 0; i < 20; i++) expect((await send(server, `beside-${i}`)).status).toBe(200)
      expect((await page).status).toBe(200)
      expect(isAlive(first)).toBe(false)
      expect(server.rendererPid()).not.toBe(first)
    },
    TIME_LIMIT_MS,
  )

  it(
    'rests when nobody looks, and questions to the API do not wake it; a visitor does',
    async () => {
      await using server = await withPages({ PLUMBLINE_RENDERER_REST_SECONDS: '1' })
      await look(server)
      const first = server.rendererPid()
      await until(() => !isAlive(first))
      expect((await send(server, 'resting')).status).toBe(200)
      await until(async () => {
        const { models } = (await (await server.fetch('/api/v1/models')).json()) as { models: object[] }
        return models.length === 1
      })
      expect(server.rendererPid()).toBe(first)
      expect((await look(server)).status).toBe(200)
      expect(server.rendererPid()).not.toBe(first)
    },
    TIME_LIMIT_MS,
  )

  it(
    'stays while somebody has a page open, or waits for an answer',
    async () => {
      await using server = await withPages({ PLUMBLINE_RENDERER_REST_SECONDS: '1' })
      const open = new AbortController()
      const stream = await server.fetch('/api/v1/live', { signal: open.signal })
      expect(stream.headers.get('content-type')).toContain('text/event-stream')
      await look(server)
      const first = server.rendererPid()
      await new Promise((resolve) => setTimeout(resolve, 4_000))
      expect(isAlive(first)).toBe(true)
      const finish = await beginQuestion(server)
      open.abort()
      await new Promise((resolve) => setTimeout(resolve, 4_000))
      expect(isAlive(first)).toBe(true)
      expect(await finish()).toBe(422)
      expect(server.rendererPid()).toBe(first)
      await until(() => !isAlive(first))
    },
    TIME_LIMIT_MS,
  )

  it(
    'ends with its server, however that went',
    async () => {
      await using server = await withPages()
      await look(server)
      const pages = server.rendererPid()
      server.kill('SIGKILL')
      await server.exited
      await until(() => !isAlive(pages))
    },
    TIME_LIMIT_MS,
  )

  it(
    'is found in a data folder whose name is too long for a socket',
    async () => {
      const root = mkdtempSync(path.join(tmpdir(), 'plumbline-long-'))
      onTestFinished(() => rmSync(root, { recursive: true, force: true, maxRetries: 5 }))
      const dataDir = path.join(root, 'x'.repeat(120))
      const server = await withPages({}, dataDir)
      expect((await look(server)).status).toBe(200)
      expect(sockets(server)).toEqual([])
      expect((await server.stop()).code).toBe(0)
      expect(existsSync(path.join(dataDir, 'plumbline.db'))).toBe(true)
    },
    TIME_LIMIT_MS,
  )
})

/** A question that has arrived, for the renderer to answer; calling what is given sends its body, and gives the status. */
async function beginQuestion({ port, adminKey }: TestServer): Promise<() => Promise<number | undefined>> {
  const asked = http.request({
    port,
    host: '127.0.0.1',
    method: 'POST',
    path: '/api/v1/models/none/metrics/preview',
    headers: {
      authorization: `Bearer ${adminKey}`,
      'content-type': 'application/json',
      'content-length': 2,
      expect: '100-continue',
    },
  })
  const status = new Promise<number | undefined>((resolve, reject) => {
    asked.on('error', reject)
    asked.on('response', (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
  })
  asked.flushHeaders()
  await once(asked, 'continue')
  return () => {
    asked.end('{}')
    return status
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 50))
}
