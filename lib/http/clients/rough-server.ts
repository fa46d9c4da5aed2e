/** Owns a server that is ended and started again under a client's hands, on one port and one data folder; for tests only. */
import { mkdtempSync, rmSync } from 'node:fs'
import http from 'node:http'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onFreePort } from '@/lib/channels/free-port'
import { startServer, type TestServer } from '@/lib/runtime/testing'
import { readStored } from '@/lib/runtime/testing-stored'

export interface RoughServer {
  readonly url: string
  readonly port: number
  readonly key: string
  /** A folder of the test's own, removed at the end. */
  readonly dir: string
  /** Ends the server and starts another on the same data. */
  restart(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
  /** Answers 503 to everybody while `during` runs; resolves to its result. */
  refuse<T>(during: () => Promise<T>): Promise<T>
  /** How often each prediction id is stored. */
  stored(): Promise<Map<string, number>>
  /** Waits until at least so many records are stored. */
  untilStored(count: number, limitMs?: number): Promise<Map<string, number>>
  [Symbol.asyncDispose](): Promise<void>
}

const LOOK_EVERY_MS = 40
const UNTIL_LIMIT_MS = 45_000

/**
 * Starts it.
 * @param budgetBytes  what it may hold of bodies at once: with one byte, requests at the same time refuse each other
 */
export async function startRoughServer(budgetBytes = 1): Promise<RoughServer> {
  const dir = mkdtempSync(path.join(tmpdir(), 'plumbline-client-'))
  const dataDir = path.join(dir, 'data')
  const adminKey = 'plb_rough_admin_0123456789abcdef0123456789'
  const start = (port: number) =>
    startServer({
      dataDir,
      adminKey,
      env: {
        PORT: String(port),
        // One body that is held back takes the whole budget: everybody else is told to come again.
        PLUMBLINE_MAX_IN_FLIGHT_BYTES: String(budgetBytes),
      },
    })
  let server: TestServer = await onFreePort(start)
  const { port } = server
  const stored = () => readStored(dataDir)
  return {
    url: server.url,
    port,
    key: adminKey,
    dir,
    stored,
    async restart(signal) {
      server.kill(signal)
      await server.exited
      server = await start(port)
    },
    async refuse(during) {
      const release = await holdBody(port, adminKey, budgetBytes)
      try {
        return await during()
      } finally {
        release()
      }
    },
    async untilStored(count, limitMs = UNTIL_LIMIT_MS) {
      const deadline = performance.now() + limitMs
      for (;;) {
        const found = await stored()
        if (found.size >= count || performance.now() > deadline) return found
        await pause(LOOK_EVERY_MS)
      }
    },
    async [Symbol.asyncDispose]() {
      await server.dispose()
      rmSync(dir, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Begins a request, sends of its body what the budget holds and no more, until the function that it answers is called. */
async function holdBody(port: number, key: string, budgetBytes: number): Promise<() => void> {
  for (;;) {
    let isTurnedAway = false
    const held = http.request({
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/api/v1/ingest/held-back',
      headers: { authorization: `Bearer ${key}`, 'content-length': budgetBytes + 1_000 },
    })
    held.on('error', () => {})
    // It came while another body was being handled.
    held.on('response', (response) => {
      response.resume()
      isTurnedAway = true
    })
    held.write('['.padEnd(budgetBytes))
    while (!isTurnedAway) {
      await pause(50)
      const probe = await fetch(`http://127.0.0.1:${port}/api/v1/ingest/held-back`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}` },
        body: '[]',
      })
      await probe.text()
      if (probe.status === 503) return () => held.destroy()
    }
    held.destroy()
  }
}
