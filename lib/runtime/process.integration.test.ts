import { fork } from 'node:child_process'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { type Launched, launchServer, startServer, type TestServer } from '@/lib/runtime/testing'

const root = mkdtempSync(path.join(tmpdir(), 'plumbline-process-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

let folders = 0
const newFolder = () => path.join(root, String(++folders))
const launch = (env: Record<string, string>): Launched =>
  launchServer({ PORT: '0', PLUMBLINE_PAGES: 'off', PLUMBLINE_DATA_DIR: newFolder(), ...env })

async function until<T>(
  look: () => Promise<T | null | false> | T | null | false,
  limitMs = 15_000,
): Promise<T> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const found = await look()
    if (found !== null && found !== false) return found
    if (performance.now() > deadline) throw new Error('waited too long')
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

const isReady = async (server: TestServer) => (await fetch(`${server.url}/readyz`)).ok
const isNotReady = async (server: TestServer) => (await fetch(`${server.url}/readyz`)).status === 503

/** A client that has begun a request and never ends it. */
function stuckClient(server: TestServer): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write('POST /api/v1/ingest HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n')
      socket.write(`Authorization: Bearer ${server.adminKey}\r\n\r\n[`)
      setTimeout(resolve, 100)
    })
    socket.on('error', () => {})
  })
}

describe('starting', () => {
  it('says where it is, offers a set-up link, becomes ready, and ends with 0', async () => {
    await using server = await startServer()
    expect(server.output()).toMatch(/^Plumbline answers at http:\/\/localhost:\d+$/m)
    expect(server.output()).toMatch(/\/setup\?token=[\w-]{22}$/m)
    expect(server.output()).not.toContain(server.adminKey)
    expect(await (await fetch(`${server.url}/livez`)).json()).toEqual({ alive: true })
    expect(await server.stop()).toEqual({ code: 0, signal: null })
  })

  it('offers no set-up link when the administrator came by environment', async () => {
    await using server = await startServer({ env: { PLUMBLINE_ADMIN_PASSWORD: 'a long enough secret' } })
    expect(server.output()).not.toContain('/setup?token=')
    expect(server.output()).not.toContain('a long enough secret')
  })

  it.each([
    ['a wrong port', { PORT: '99999' }, /PORT must lie between/],
    ['an unknown setting', { PLUMBLINE_RETENTION: '3' }, /PLUMBLINE_RETENTION is not a setting/],
    ['a short password', { PLUMBLINE_ADMIN_PASSWORD: 'short' }, /PLUMBLINE_ADMIN_PASSWORD must have/],
    ['an address of another machine', { PLUMBLINE_BIND: '203.0.113.7' }, /EADDRNOTAVAIL/],
  ])('refuses %s with one line and a code that is not 0', async (_what, env, line) => {
    const { exited, output } = launch(env)
    expect(await exited).toEqual({ code: 1, signal: null })
    const said = output()
      .split('\n')
      .filter((text) => text.startsWith('Plumbline cannot start: '))
    expect(said).toHaveLength(1)
    expect(said[0]).toMatch(line)
  })

  it('refuses a port that is taken and a folder that is a file', async () => {
    await using server = await startServer()
    const taken = launch({ PORT: String(server.port) })
    expect((await taken.exited).code).toBe(1)
    expect(taken.output()).toMatch(/cannot start: The address is in use/)
    const file = path.join(root, 'file')
    writeFileSync(file, '')
    const noFolder = launch({ PLUMBLINE_DATA_DIR: file })
    expect((await noFolder.exited).code).toBe(1)
    expect(noFolder.output()).toMatch(/cannot start: /)
  })

  it('refuses a second server on the same folder, naming the first, and not after the first was killed', async () => {
    const dataDir = newFolder()
    const first = await startServer({ dataDir })
    const second = launch({ PLUMBLINE_DATA_DIR: dataDir })
    expect((await second.exited).code).toBe(1)
    expect(second.output()).toContain(`process ${first.pid} on`)
    first.kill('SIGKILL')
    await first.exited
    await using third = await startServer({ dataDir })
    expect(await isReady(third)).toBe(true)
  })

  it('survives being started and killed again and again', async () => {
    const dataDir = newFolder()
    for (let round = 0; round < 6; round++) {
      const { child, exited, output } = launch({ PLUMBLINE_DATA_DIR: dataDir })
      await until(() => output().includes('"listening"'))
      child.kill('SIGKILL')
      await exited
    }
    await using server = await startServer({ dataDir })
    expect(await isReady(server)).toBe(true)
  })
})

describe('the worker', () => {
  it('is started again after it was killed; the server is not ready meanwhile', async () => {
    await using server = await startServer()
    const first = server.workerPid()
    process.kill(first, 'SIGKILL')
    await until(() => isNotReady(server))
    await until(() => isReady(server))
    expect(server.workerPid()).not.toBe(first)
    expect((await fetch(`${server.url}/livez`)).ok).toBe(true)
  })

  it('makes the server not ready when it falls silent, and ready again when it goes on', async () => {
    await using server = await startServer()
    process.kill(server.workerPid(), 'SIGSTOP')
    await until(() => isNotReady(server), 20_000)
    process.kill(server.workerPid(), 'SIGCONT')
    await until(() => isReady(server))
  })

  it('ends by itself when the server was killed', async () => {
    await using server = await startServer()
    const worker = server.workerPid()
    server.kill('SIGKILL')
    await server.exited
    await until(() => !isAlive(worker))
  })
})

describe('a worker', () => {
  it('ends by itself when its server died while it was starting', async () => {
    const dataDir = newFolder()
    const server = await startServer({ dataDir })
    await server.stop()
    const orphan = fork('dist/worker.js', [], {
      env: { ...process.env, PLUMBLINE_DATA_DIR: dataDir, NODE_ENV: 'production' },
      stdio: 'ignore',
    })
    const exited = new Promise((resolve) => orphan.once('exit', resolve))
    // Long before it has opened its stores: it learns of it as of a thing of the past.
    orphan.disconnect()
    const late = new Promise((resolve) => setTimeout(resolve, 30_000, 'still alive').unref())
    const ending = await Promise.race([exited, late])
    orphan.kill('SIGKILL')
    expect(ending).toBe(0)
  })
})

describe('readiness', () => {
  it('goes when the database file is moved away', async () => {
    await using server = await startServer()
    const file = path.join(server.dataDir, 'plumbline.db')
    renameSync(file, `${file}.moved`)
    await until(() => isNotReady(server), 10_000)
    const body = await (await fetch(`${server.url}/readyz`)).text()
    expect(body).toContain('plumbline.db was moved or replaced')
    expect(body).not.toContain(server.dataDir)
  })

  it('goes when a file of the log is moved away or replaced: nothing is acknowledged until a restart', async () => {
    await using server = await startServer({ dataDir: newFolder() })
    const post = (id: string) =>
      server.fetch('/api/v1/ingest/m', {
        method: 'POST',
        body: JSON.stringify({ prediction_id: id, features: { x: 1 }, prediction: 1 }),
      })
    expect((await post('kept')).status).toBe(200)
    const day = new Date().toISOString().slice(0, 10)
    const file = path.join(server.dataDir, 'log', `${day}.db`)
    renameSync(file, `${file}.moved`)
    const refused = await post('lost')
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ code: 'storage_error' })
    writeFileSync(file, '')
    expect((await post('lost')).status).toBe(503)
    expect(await (await fetch(`${server.url}/readyz`)).text()).toContain(
      'A file of the log was moved or replaced',
    )
    expect(await server.stop()).toEqual({ code: 0, signal: null })

    renameSync(`${file}.moved`, file)
    await using again = await startServer({ dataDir: server.dataDir, adminKey: server.adminKey })
    const answers = await Promise.all(
      ['kept', 'new'].map((id) =>
        again
          .fetch('/api/v1/ingest/m', {
            method: 'POST',
            headers: { 'idempotency-key': `again-${id}` },
            body: JSON.stringify({ prediction_id: id, features: { x: 1 }, prediction: 1 }),
          })
          .then((answer) => answer.json()),
      ),
    )
    expect(answers).toMatchObject([{ duplicates: 1 }, { accepted: 1 }])
  })
})

describe('stopping', () => {
  it('ends with 0 within 11 seconds although a client is stuck, and stops the worker', async () => {
    await using server = await startServer()
    const worker = server.workerPid()
    await stuckClient(server)
    const started = performance.now()
    expect(await server.stop()).toEqual({ code: 0, signal: null })
    expect(performance.now() - started).toBeLessThan(11_000)
    expect(isAlive(worker)).toBe(false)
  })

  it('ends at once at a second signal', async () => {
    await using server = await startServer()
    await stuckClient(server)
    const started = performance.now()
    server.kill('SIGTERM')
    await new Promise((resolve) => setTimeout(resolve, 200))
    server.kill('SIGTERM')
    expect((await server.exited).code).toBe(1)
    expect(performance.now() - started).toBeLessThan(3_000)
  })

  it('does not wait for clients that only keep a connection', async () => {
    await using server = await startServer()
    await Promise.all(Array.from({ length: 20 }, () => server.fetch('/livez')))
    const started = performance.now()
    expect((await server.stop()).code).toBe(0)
    expect(performance.now() - started).toBeLessThan(3_000)
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
