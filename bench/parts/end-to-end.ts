/** Measures the honest whole: records over HTTP, durable, summarised, judged (P4, P5), and what it leaves on disk (P11). */
import { rmSync } from 'node:fs'
import type { Figure } from '@/bench/support/figures'
import { runLoad } from '@/bench/support/load'
import { BENCH_ADMIN_KEY, cpuSeconds, memoryMib, startProduct } from '@/bench/support/processes'
import { askVerdict, putReference, summarisedRecords, waitUntil } from '@/bench/support/seed'
import { bodyTemplate, seededUniform, stampIds } from '@/bench/support/workload'
import { openReaderStores } from '@/db/sqlite/open'

const RECORDS = 1_000_000
const BATCH = 1000
const COLUMNS = 20
const HOUR_MS = 3_600_000

/** One day of records, an hour after the other, in batches of 1,000 over four connections. */
export async function measureEndToEnd(): Promise<Figure[]> {
  const target = await startProduct()
  const fromMs = Math.floor(Date.now() / (24 * HOUR_MS) - 2) * 24 * HOUR_MS
  const range = { fromMs, toMs: fromMs + 24 * HOUR_MS }
  try {
    await putReference(target, 'bench', COLUMNS, 20_000)
    const uniform = seededUniform(3)
    const shape = { columns: COLUMNS, drifted: true }
    const templates = Array.from({ length: 24 }, (_, hour) =>
      bodyTemplate(BATCH, shape, uniform, (i) => fromMs + hour * HOUR_MS + i * 3_000),
    )
    const [serverPid = 0, workerPid = 0] = target.pids()
    const before = cpuSeconds(target.pids())
    const batchesAnHour = RECORDS / BATCH / 24
    let sent = 0
    const load = await runLoad({
      url: `${target.url}/api/v1/ingest/bench?backfill=1`,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${BENCH_ADMIN_KEY}` },
      connections: 4,
      maxSeconds: 300,
      nextBody: () => {
        const template = templates[Math.min(23, Math.floor(sent / batchesAnHour))]
        if (!template || sent * BATCH >= RECORDS) return null
        return stampIds(template, 1 + sent++ * BATCH)
      },
    })
    if (load.failures > 0) throw new Error(`${load.failures} requests failed`)
    await waitUntil(async () => (await summarisedRecords(target, 'bench', range)) >= RECORDS, 300)
    await askVerdict(target, 'bench', range)
    const cpu = cpuSeconds(target.pids()) - before
    const server = memoryMib([serverPid], 'VmHWM')
    const worker = memoryMib([workerPid], 'VmHWM')
    await target.stop()
    return [
      {
        goal: 'P4',
        what: '1,000,000 records × 20 columns from HTTP to verdict, CPU of server and worker',
        value: cpu,
        unit: 's',
        against: `sent in ${load.seconds.toFixed(1)} s; Evidently 92 s, NannyML 21.4 s of CPU`,
        target: { kind: 'at most', value: 18 },
      },
      {
        goal: 'P5',
        what: 'largest memory of the server meanwhile',
        value: server,
        unit: 'MiB',
        against: `worker ${worker.toFixed(0)} MiB; Evidently 1,442 MiB, NannyML 1,146 MiB`,
        target: { kind: 'at most', value: 400 },
      },
      await measureSummaries(target.dataDir),
    ]
  } finally {
    await target.stop()
    rmSync(target.dataDir, { recursive: true, force: true })
  }
}

/** Mean size of a stored summary: buckets of about 42,000 records, hour and day levels together. */
async function measureSummaries(dataDir: string): Promise<Figure> {
  const stores = await openReaderStores({ dataDir })
  try {
    const { summaries, bytes } = await stores.series.size()
    return {
      goal: 'P11',
      what: 'stored bytes a column and bucket, mean',
      value: bytes / summaries / 1024,
      unit: 'KiB',
      against: `${summaries} summaries; whylogs 17–18 KiB`,
      target: { kind: 'at most', value: 2 },
    }
  } finally {
    await stores.close()
  }
}
