import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { comparePositions, type LogPosition } from '@/db/contracts/log-store'
import { TRAFFIC_SERIES } from '@/db/contracts/series-store'
import { openReaderStores, type ReaderStores } from '@/db/sqlite/open'
import { startServer, type TestServer } from '@/lib/runtime/testing'
import { decodeSummary } from '@/lib/summary/codec'

const CYCLES = 12
const CLIENTS = 8
const RECORDS_A_BATCH = 5

const root = mkdtempSync(path.join(tmpdir(), 'plumbline-crash-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

interface Batch {
  readonly key: string
  readonly ids: readonly string[]
  acknowledged: boolean
}

/** What the clients sent and what was acknowledged: the truth that the store is compared with. */
class Ledger {
  readonly batches: Batch[] = []

  next(): Batch {
    const number = this.batches.length
    const ids = Array.from({ length: RECORDS_A_BATCH }, (_, i) => `b${number}-${i}`)
    const batch = { key: `key-${number}`, ids, acknowledged: false }
    this.batches.push(batch)
    return batch
  }

  unacknowledged(): Batch[] {
    return this.batches.filter((batch) => !batch.acknowledged)
  }

  ids(batches: readonly Batch[]): string[] {
    return batches.flatMap((batch) => batch.ids)
  }
}

/** A small generator (mulberry32), so that a failure can be repeated from its seed. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Sends a batch; it is acknowledged only by a 200. */
async function send(server: TestServer, batch: Batch): Promise<void> {
  const records = batch.ids.map((id, i) => ({
    prediction_id: id,
    model: 'm',
    version: '1',
    features: { x: i },
    prediction: i,
  }))
  const response = await server.fetch('/api/v1/ingest', {
    method: 'POST',
    headers: { 'idempotency-key': batch.key, 'content-type': 'application/json' },
    body: JSON.stringify(records),
  })
  await response.text()
  if (response.status === 200) batch.acknowledged = true
}

/** Sends new batches from several clients until the server dies; retries older ones first. */
async function load(server: TestServer, ledger: Ledger): Promise<void> {
  const retries = ledger.unacknowledged()
  let over = false
  void server.exited.then(() => {
    over = true
  })
  const client = async () => {
    while (!over) await send(server, retries.pop() ?? ledger.next()).catch(() => {})
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
}

/** How often each prediction id is stored. */
async function readStored(stores: ReaderStores): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  let position: LogPosition | null = null
  for (;;) {
    const blocks = await stores.log.readRecords(position, 10_000)
    for (const { records } of blocks) {
      for (const { id } of records) counts.set(id, (counts.get(id) ?? 0) + 1)
    }
    const last = blocks.at(-1)
    if (!last) return counts
    position = last.position
  }
}

/** Waits until the summaries have caught up with the log, then counts the records in them. */
async function countSummarised(stores: ReaderStores): Promise<number> {
  const deadline = performance.now() + 20_000
  for (;;) {
    const head = await stores.log.head()
    const done = await stores.series.position('records')
    if (head && done && comparePositions(done, head) >= 0) break
    if (performance.now() > deadline) throw new Error('the summaries did not catch up')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const model = await stores.metadata.findModel('m')
  const version = model && (await stores.metadata.findVersion(model.id, '1'))
  if (!version) throw new Error('the version was not registered')
  const summaries = await stores.series.read({
    versionId: version.id,
    profileId: 0,
    level: 'hour',
    range: { startMs: 0, endMs: Date.now() + 86_400_000 },
    columnIds: [TRAFFIC_SERIES],
  })
  return summaries.reduce((sum, { bytes }) => {
    const summary = decodeSummary(bytes)
    return summary.kind === 'traffic' ? sum + summary.records : sum
  }, 0)
}

describe('kill -9', () => {
  it('of the server loses no acknowledged record and stores none twice', async () => {
    const seed = Date.now() % 1_000_000
    const random = createRandom(seed)
    const dataDir = path.join(root, 'server')
    const ledger = new Ledger()
    for (let cycle = 0; cycle < CYCLES; cycle++) {
      const server = await startServer({ dataDir, waitReady: false })
      const loading = load(server, ledger)
      setTimeout(() => server.kill('SIGKILL'), 50 + random() * 350)
      await loading
    }
    // The last retries: now every batch must be acknowledged, and those stored before an answer was lost count once.
    await using server = await startServer({ dataDir })
    for (const batch of ledger.unacknowledged()) await send(server, batch)
    const stores = await openReaderStores({ dataDir })
    const stored = await readStored(stores)
    const summarised = await countSummarised(stores)
    await stores.close()

    const acknowledged = ledger.ids(ledger.batches.filter((batch) => batch.acknowledged))
    const lost = acknowledged.filter((id) => !stored.has(id))
    const twice = [...stored].filter(([, count]) => count !== 1)
    const unsent = new Set(ledger.ids(ledger.batches))
    expect(acknowledged.length, `seed ${seed}`).toBeGreaterThan(CYCLES * RECORDS_A_BATCH)
    expect(
      { lost, twice, strange: [...stored.keys()].filter((id) => !unsent.has(id)) },
      `seed ${seed}`,
    ).toEqual({
      lost: [],
      twice: [],
      strange: [],
    })
    expect(ledger.unacknowledged()).toEqual([])
    expect(summarised, `seed ${seed}`).toBe(stored.size)
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
      kill(server.workerPid())
      await sending
      await new Promise((resolve) => setTimeout(resolve, random() * 600))
    }
    const stores = await openReaderStores({ dataDir: server.dataDir })
    const stored = await readStored(stores)
    const summarised = await countSummarised(stores)
    await stores.close()
    expect(ledger.unacknowledged()).toEqual([])
    expect(stored.size, `seed ${seed}`).toBe(ledger.batches.length * RECORDS_A_BATCH)
    expect(summarised, `seed ${seed}`).toBe(stored.size)
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
    const stores = await openReaderStores({ dataDir })
    const stored = await readStored(stores)
    const summarised = await countSummarised(stores)
    await stores.close()
    expect(ledger.unacknowledged()).toEqual([])
    expect([...stored.keys()].sort()).toEqual(ledger.ids(ledger.batches).sort())
    expect([...stored.values()].every((count) => count === 1)).toBe(true)
    expect(summarised).toBe(stored.size)
  })
})

/** The worker may be between two lives just now. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has not been started again yet.
  }
}
