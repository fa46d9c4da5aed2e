/** Kills the server, its worker, or both, at random instants under load, and holds what it acknowledged against what is stored. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { startServer } from '@/lib/runtime/testing'
import {
  createRandom,
  killAgainAndAgain,
  killWorker,
  Ledger,
  load,
  reckon,
  send,
} from '@/lib/runtime/testing-crash'

const CYCLES = 30

const root = mkdtempSync(path.join(tmpdir(), 'plumbline-crash-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Nothing lost, nothing twice, nothing that nobody sent, and every record in the summaries once. */
async function expectKept(dataDir: string, ledger: Ledger, what: string): Promise<void> {
  expect(ledger.unacknowledged(), what).toEqual([])
  const sent = ledger.ids(ledger.batches).length
  expect(await reckon(dataDir, ledger), what).toEqual({
    lost: [],
    twice: [],
    neverSent: [],
    stored: sent,
    summarised: sent,
  })
}

describe('kill -9', () => {
  it('of the server loses no acknowledged record and stores none twice', async () => {
    const seed = Date.now() % 1_000_000
    const dataDir = path.join(root, 'server')
    const ledger = await killAgainAndAgain({ dataDir, cycles: CYCLES, seed })
    expect(ledger.batches.length, `seed ${seed}`).toBeGreaterThan(CYCLES)
    await expectKept(dataDir, ledger, `seed ${seed}`)
  })

  it('of the worker counts every record once in the summaries', async () => {
    const seed = Date.now() % 1_000_000
    const random = createRandom(seed)
    const ledger = new Ledger()
    await using server = await startServer()
    for (let round = 0; round < 8; round++) {
      const batches = Array.from({ length: 40 }, () => ledger.next())
      const sending = Promise.all(batches.map((batch) => send(server, batch)))
      await new Promise((resolve) => setTimeout(resolve, random() * 300))
      killWorker(server)
      await sending
      await new Promise((resolve) => setTimeout(resolve, random() * 600))
    }
    await expectKept(server.dataDir, ledger, `seed ${seed}`)
  })
})

describe('SIGTERM under load', () => {
  it('ends with 0, keeps what was acknowledged, and refuses the rest with an answer that makes clients retry', async () => {
    const dataDir = path.join(root, 'term')
    const ledger = new Ledger()
    const server = await startServer({ dataDir })
    const loading = load(server, ledger)
    await new Promise((resolve) => setTimeout(resolve, 400))
    const started = performance.now()
    expect(await server.stop()).toEqual({ code: 0, signal: null })
    expect(performance.now() - started).toBeLessThan(11_000)
    await loading
    await using next = await startServer({ dataDir })
    for (const batch of ledger.unacknowledged()) await send(next, batch)
    await expectKept(dataDir, ledger, 'after the restart')
  })
})
