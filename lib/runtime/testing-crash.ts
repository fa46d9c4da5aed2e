/** Owns the kill loop: clients with a ledger of what was acknowledged, deaths at random instants, and the reckoning. For tests only. */
import { comparePositions } from '@/db/contracts/log-store'
import { TRAFFIC_SERIES } from '@/db/contracts/series-store'
import { openReaderStores, type ReaderStores } from '@/db/sqlite/open'
import { startServer, type TestServer } from '@/lib/runtime/testing'
import { readStored } from '@/lib/runtime/testing-stored'
import { decodeSummary } from '@/lib/summary/codec'

const CLIENTS = 8
const RECORDS_A_BATCH = 5
/** A server that starts needs this long for its first requests: kills fall before and after. */
const SHORTEST_LIFE_MS = 50
const LONGEST_LIFE_MS = 400
const LATEST_ANSWER_MS = 5_000

export interface Batch {
  readonly key: string
  readonly ids: readonly string[]
  acknowledged: boolean
}

/** What the clients sent and what was acknowledged: the truth that the store is compared with. */
export class Ledger {
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
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Sends a batch; it is acknowledged only by a 200. */
export async function send(server: TestServer, batch: Batch): Promise<void> {
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

/**
 * Sends new batches from several clients until the server dies; retries older ones first.
 * @param onAnswer  called at the first acknowledgement
 */
export async function load(server: TestServer, ledger: Ledger, onAnswer?: () => void): Promise<void> {
  const retries = ledger.unacknowledged()
  let over = false
  void server.exited.then(() => {
    over = true
  })
  let hear = onAnswer
  const client = async () => {
    while (!over) {
      const batch = retries.pop() ?? ledger.next()
      await send(server, batch).catch(() => {})
      if (!batch.acknowledged) continue
      hear?.()
      hear = undefined
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
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

/**
 * Starts the server again and again on one folder, under load, and kills it at a random instant; in some lives the
 * worker dies first. At the end all that was never answered is sent once more.
 * @param onCycle called after each death
 */
export async function killAgainAndAgain(plan: {
  readonly dataDir: string
  readonly cycles: number
  readonly seed: number
  readonly onCycle?: (cycle: number, ledger: Ledger) => Promise<void> | void
}): Promise<Ledger> {
  const random = createRandom(plan.seed)
  const ledger = new Ledger()
  for (let cycle = 1; cycle <= plan.cycles; cycle++) {
    const server = await startServer({ dataDir: plan.dataDir, waitReady: false })
    const lifeMs = SHORTEST_LIFE_MS + random() * (LONGEST_LIFE_MS - SHORTEST_LIFE_MS)
    const workerLifeMs = random() * 2 * lifeMs
    let isCounted = false
    const count = () => {
      if (isCounted) return
      isCounted = true
      if (workerLifeMs < lifeMs) setTimeout(() => killWorker(server), workerLifeMs)
      setTimeout(() => server.kill('SIGKILL'), lifeMs)
    }
    // Every other life is counted from its start, and falls into it; the others from the first answer, so that there
    // is work to interrupt on a slow machine too.
    if (cycle % 2 === 0) count()
    const late = setTimeout(count, LATEST_ANSWER_MS)
    await load(server, ledger, count)
    clearTimeout(late)
    await plan.onCycle?.(cycle, ledger)
  }
  await using server = await startServer({ dataDir: plan.dataDir })
  for (const batch of ledger.unacknowledged()) await send(server, batch)
  await waitUntilSummarised(plan.dataDir)
  return ledger
}

/** What the ledger and the folder do not agree on; all empty, and the last two equal, when every promise was kept. */
export interface Reckoning {
  readonly lost: readonly string[]
  readonly twice: readonly string[]
  readonly neverSent: readonly string[]
  readonly stored: number
  readonly summarised: number
}

/** Holds a folder against the ledger, beside its server or after it. */
export async function reckon(dataDir: string, ledger: Ledger): Promise<Reckoning> {
  const stored = await readStored(dataDir)
  const sent = new Set(ledger.ids(ledger.batches))
  const acknowledged = ledger.ids(ledger.batches.filter((batch) => batch.acknowledged))
  return {
    lost: acknowledged.filter((id) => !stored.has(id)),
    twice: [...stored].filter(([, count]) => count !== 1).map(([id]) => id),
    neverSent: [...stored.keys()].filter((id) => !sent.has(id)),
    stored: stored.size,
    summarised: await waitUntilSummarised(dataDir),
  }
}

/** Answers how many records the summaries count once the worker has caught up with the log. */
export async function waitUntilSummarised(dataDir: string): Promise<number> {
  const stores = await openReaderStores({ dataDir })
  try {
    return await countSummarised(stores)
  } finally {
    await stores.close()
  }
}

/** Its worker may be between two lives just now. */
export function killWorker(server: TestServer): void {
  const pid = server.workerPid()
  if (pid === 0) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has not been started again yet.
  }
}
