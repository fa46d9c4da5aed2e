/** Measures a tick in which many models become due at once: how long until all are judged, and what ingest feels of it. */
import { rmSync } from 'node:fs'
import { bareSyncs } from '@/bench/support/bare-syncs'
import { putReference, waitFor } from '@/bench/support/client'
import { makeDueModels } from '@/bench/support/due-models'
import { type Figure, median, quantile } from '@/bench/support/figures'
import { startProduct } from '@/bench/support/processes'
import { besideSpinner } from '@/bench/support/spinner'
import { RECORDS, REQUESTS_PER_SECOND, steadySender } from '@/bench/support/steady-sender'
import type { SeriesStore } from '@/db/contracts/series-store'
import { openReaderStores } from '@/db/sqlite/open'
import { alignDown, HOUR_MS } from '@/lib/domain/time'

const MODELS = 500
/** They make fifty monitors with those of traffic. */
const COLUMNS = 9
const RECORDS_AN_HOUR = 500
const REFERENCE_ROWS = 5_000
/** Hours that become due one after the other: a disk that others share stalls now and then, and a p99 is one stall. */
const TICKS = 7
/** Until the first the instance is started and warm, and between two of them everything has come to rest. */
const UNTIL_DUE_MS = 120_000
const BETWEEN_MS = 30_000
const SENT_SECONDS = 5
const ENV = { PLUMBLINE_MAX_MODELS: '1000', PLUMBLINE_PAGES: 'off' }

export async function measureTick(): Promise<Figure[]> {
  const prepared = await startProduct(undefined, ENV)
  const { dataDir } = prepared
  try {
    await putReference(prepared.url, 'tick', '1', COLUMNS, REFERENCE_ROWS)
    await prepared.stop()
    const firstMs = alignDown(Date.now(), HOUR_MS) - TICKS * HOUR_MS
    const dueMs = Date.now() + UNTIL_DUE_MS
    const hours = Array.from({ length: TICKS }, (_, i) => ({
      startMs: firstMs + i * HOUR_MS,
      dueMs: dueMs + i * BETWEEN_MS,
    }))
    const monitors = await makeDueModels({
      dataDir,
      like: 'tick',
      models: MODELS,
      columns: COLUMNS,
      recordsAnHour: RECORDS_AN_HOUR,
      hours,
      drifted: false,
    })
    const product = await startProduct(dataDir, ENV)
    const stores = await openReaderStores({ dataDir })
    try {
      const send = steadySender(product.url)
      await send(SENT_SECONDS)
      const ticks: Tick[] = []
      for (const hour of hours) ticks.push(await watchTick(stores.series, dataDir, send, hour.dueMs))
      const aloneMs = median(ticks.map((tick) => tick.aloneMs))
      const besideMs = median(ticks.map((tick) => tick.besideMs))
      const refused = ticks.reduce((sum, tick) => sum + tick.refused, 0)
      return [
        {
          goal: 'tick',
          what: `${MODELS} models due at once, ${monitors.toLocaleString('en-GB')} monitors: until all are judged`,
          value: median(ticks.map(({ tookMs }) => tookMs)) / 1_000,
          unit: 's',
          against: `median of ${TICKS}, each counted from the instant they are due, five a commit`,
          target: { kind: 'at most', value: 5 },
        },
        {
          goal: 'tick',
          what: 'ingest p99 meanwhile',
          value: median(ticks.map((tick) => tick.besideMs / tick.aloneMs)),
          unit: '× alone',
          against: `${besideMs.toFixed(1)} against ${aloneMs.toFixed(1)} ms at ${REQUESTS_PER_SECOND} requests/s of ${RECORDS} records; ${refused} refused`,
          target: { kind: 'at most', value: 1.5 },
        },
        {
          goal: 'tick',
          what: 'ingest p99 beside an empty loop',
          value: median(ticks.map((tick) => tick.spinnerMs / tick.aloneMs)),
          unit: '× alone',
          against: `${median(ticks.map(({ spinnerMs }) => spinnerMs)).toFixed(1)} ms: what a busy core costs senders here, whatever it does`,
          target: null,
        },
        {
          goal: 'tick',
          what: 'p99 of a bare write and its sync',
          value: median(ticks.map(({ syncMs }) => quantile(syncMs, 0.99))),
          unit: 'ms',
          against: `the disk with nothing else on it; longest ${Math.max(...ticks.flatMap(({ syncMs }) => syncMs)).toFixed(0)} ms`,
          target: null,
        },
      ]
    } finally {
      await stores.close()
      await product.stop()
    }
  } finally {
    await prepared.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

interface Tick {
  /** p99 of ingest before it, and meanwhile. */
  readonly aloneMs: number
  readonly besideMs: number
  /** p99 beside a process that does nothing, as long and at the same priority. */
  readonly spinnerMs: number
  /** What the disk does by itself. */
  readonly syncMs: readonly number[]
  readonly tookMs: number
  readonly refused: number
}

/** Sends before the instant and from it on, waits until nothing is due any more, sends beside an empty loop, and asks the disk. */
async function watchTick(
  series: SeriesStore,
  dataDir: string,
  send: ReturnType<typeof steadySender>,
  dueMs: number,
): Promise<Tick> {
  const sleepUntil = (atMs: number) => new Promise((resolve) => setTimeout(resolve, atMs - Date.now()))
  const restMs = 1_000
  const beginMs = dueMs - SENT_SECONDS * 1_000 - restMs
  if (Date.now() > beginMs) throw new Error('the windows were due before the instance was warm')
  await sleepUntil(beginMs)
  const alone = await send(SENT_SECONDS)
  await sleepUntil(dueMs)
  const judged = waitFor('the verdict on all models', 120, async () => {
    const waiting = await series.listDue(dueMs, 1)
    return waiting.length === 0 ? Date.now() - dueMs : null
  })
  const beside = await send(SENT_SECONDS)
  const tookMs = await judged
  const spun = await besideSpinner(() => send(SENT_SECONDS))
  const syncMs = await bareSyncs(dataDir, REQUESTS_PER_SECOND, SENT_SECONDS)
  return {
    aloneMs: quantile(alone.acknowledgedMs, 0.99),
    besideMs: quantile(beside.acknowledgedMs, 0.99),
    spinnerMs: quantile(spun.acknowledgedMs, 0.99),
    syncMs,
    tookMs,
    refused: alone.refused.length + beside.refused.length,
  }
}
