/** Measures a tick in which many models become due at once: how long until all are judged, and what ingest feels of it. */
import { rmSync } from 'node:fs'
import { putReference, waitFor } from '@/bench/support/client'
import { makeDueModels } from '@/bench/support/due-models'
import { type Figure, quantile } from '@/bench/support/figures'
import { startProduct } from '@/bench/support/processes'
import { RECORDS, REQUESTS_PER_SECOND, steadySender } from '@/bench/support/steady-sender'
import { openReaderStores } from '@/db/sqlite/open'
import { alignDown, HOUR_MS } from '@/lib/domain/time'

const MODELS = 500
/** They make fifty monitors with those of traffic. */
const COLUMNS = 9
const RECORDS_AN_HOUR = 500
const REFERENCE_ROWS = 5_000
/** Until then the instance is started and warm. */
const UNTIL_DUE_MS = 90_000
const ALONE_SECONDS = 10
const BESIDE_SECONDS = 5
const ENV = { PLUMBLINE_MAX_MODELS: '1000', PLUMBLINE_PAGES: 'off' }

export async function measureTick(): Promise<Figure[]> {
  const prepared = await startProduct(undefined, ENV)
  const { dataDir } = prepared
  try {
    await putReference(prepared.url, 'tick', '1', COLUMNS, REFERENCE_ROWS)
    await prepared.stop()
    const dueMs = Date.now() + UNTIL_DUE_MS
    const monitors = await makeDueModels({
      dataDir,
      like: 'tick',
      models: MODELS,
      columns: COLUMNS,
      recordsAnHour: RECORDS_AN_HOUR,
      startMs: alignDown(Date.now(), HOUR_MS) - HOUR_MS,
      dueMs,
      drifted: false,
    })
    const product = await startProduct(dataDir, ENV)
    const stores = await openReaderStores({ dataDir })
    try {
      const send = steadySender(product.url)
      await send(ALONE_SECONDS)
      const alone = await send(ALONE_SECONDS)
      const leftMs = dueMs - Date.now()
      if (leftMs < 0) throw new Error('the windows were due before the instance was warm')
      await new Promise((resolve) => setTimeout(resolve, leftMs))
      const judged = waitFor('the verdict on all models', 120, async () => {
        const waiting = await stores.series.listDue(dueMs, MODELS)
        return waiting.length === 0 ? Date.now() - dueMs : null
      })
      const beside = await send(BESIDE_SECONDS)
      const tookMs = await judged
      const [p99, aloneP99] = [beside, alone].map(({ acknowledgedMs }) => quantile(acknowledgedMs, 0.99))
      if (p99 === undefined || aloneP99 === undefined) throw new Error('nothing was sent')
      return [
        {
          goal: 'tick',
          what: `${MODELS} models due at once, ${monitors.toLocaleString('en-GB')} monitors: until all are judged`,
          value: tookMs / 1_000,
          unit: 's',
          against: `counted from the instant they are due, five a commit`,
          target: { kind: 'at most', value: 5 },
        },
        {
          goal: 'tick',
          what: 'ingest p99 meanwhile',
          value: p99 / aloneP99,
          unit: '× alone',
          against: `${p99.toFixed(1)} against ${aloneP99.toFixed(1)} ms at ${REQUESTS_PER_SECOND} requests/s of ${RECORDS} records; ${beside.refused.length + alone.refused.length} refused`,
          target: { kind: 'at most', value: 1.5 },
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
