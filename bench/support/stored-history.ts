/** Owns a data folder with a long history of records, written by the product's own writer without HTTP, and summarised already. */

import { drawFeatures, seededUniform } from '@/bench/support/workload'
import { openWriterStores } from '@/db/sqlite/open'
import type { PredictionRecord } from '@/lib/domain/record'
import { alignDown, DAY_MS } from '@/lib/domain/time'

const RECORDS_A_BATCH = 20_000
const POOL_ROWS = 2_000
/** The records lie in this many day files, the last of them today's. */
const DAYS = 10

/**
 * Fills an empty folder.
 * @param records how many, of 20 features each; ids begin with `h`
 */
export async function storeHistory(dataDir: string, records: number, nowMs: number): Promise<void> {
  const uniform = seededUniform(17)
  const pool = Array.from({ length: POOL_ROWS }, () => drawFeatures({ columns: 20, drifted: false }, uniform))
  const firstDayMs = alignDown(nowMs, DAY_MS) - (DAYS - 1) * DAY_MS
  const aDay = Math.ceil(records / DAYS)
  const stores = await openWriterStores({ dataDir, nowMs: firstDayMs })
  try {
    for (let from = 0; from < records; ) {
      const day = Math.floor(from / aDay)
      const until = Math.min(records, (day + 1) * aDay, from + RECORDS_A_BATCH)
      const receivedMs = Math.min(nowMs, firstDayMs + day * DAY_MS + (from % aDay))
      const group: PredictionRecord[] = []
      for (let n = from; n < until; n++) {
        group.push({
          id: `h${n}`,
          at: receivedMs,
          f: pool[n % POOL_ROWS] ?? {},
          p: n % 3 === 0 ? 1 : 0,
          s: 0.5,
          l: 20,
        })
      }
      await stores.logWriter.append({
        receivedMs,
        backfill: false,
        records: [{ model: 'history', version: '1', records: group, indexes: group.map((_, i) => i) }],
        labels: [],
        refusals: [],
        idempotency: null,
      })
      from = until
    }
    const to = await stores.log.head()
    if (to === null) return
    // Folding them is measured elsewhere: it would only take cores from what is measured here.
    await stores.series.commit({ stage: 'records', from: null, to, deltas: [], dueWindows: [] })
  } finally {
    await stores.close()
  }
}
