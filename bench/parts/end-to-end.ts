/** Measures the honest whole (P4, P5): 1,000,000 records over HTTP, durable, summarised, and the verdict read. */
import { rmSync } from 'node:fs'
import { callApi, putReference, type Verdicts, verdictPath, waitFor } from '@/bench/support/client'
import type { Figure } from '@/bench/support/figures'
import { runLoad } from '@/bench/support/load'
import { BENCH_ADMIN_KEY, cpuSeconds, memoryMib, startProduct } from '@/bench/support/processes'
import { bodyTemplate, seededUniform, stampIds } from '@/bench/support/workload'
import { alignDown, HOUR_MS } from '@/lib/domain/time'

const MODEL = 'bench-whole'
const VERSION = '1'
const RECORDS = 1_000_000
const A_REQUEST = 1_000
const COLUMNS = 20
const REFERENCE_ROWS = 20_000
/** Different requests; ids are new in every one. */
const TEMPLATES = 40

/** P4 and P5. */
export async function measureEndToEnd(): Promise<Figure[]> {
  const uniform = seededUniform(11)
  const templates = Array.from({ length: TEMPLATES }, () =>
    bodyTemplate(A_REQUEST, { columns: COLUMNS, drifted: true }, uniform, () => null),
  )
  const product = await startProduct()
  try {
    await putReference(product.url, MODEL, VERSION, COLUMNS, REFERENCE_ROWS)
    const [server = 0, ...workers] = product.pids()
    const cpuBefore = [cpuSeconds([server]), cpuSeconds(workers)]
    const startedMs = performance.now()
    const fromMs = alignDown(Date.now(), HOUR_MS)
    let sent = 0
    const load = await runLoad({
      url: `${product.url}/api/v1/ingest/${MODEL}`,
      headers: { 'content-type': 'application/json', authorization: `Bearer ${BENCH_ADMIN_KEY}` },
      connections: 4,
      maxSeconds: 240,
      nextBody: () => {
        const template = templates[sent % TEMPLATES]
        if (!template || sent * A_REQUEST >= RECORDS) return null
        return stampIds(template, sent++ * A_REQUEST)
      },
    })
    if (load.failures > 0) throw new Error(`${load.failures} requests failed`)
    const verdict = await waitFor('the summary of all records', 240, () => readVerdict(product.url, fromMs))
    const wallSeconds = (performance.now() - startedMs) / 1_000
    const serverCpu = cpuSeconds([server]) - (cpuBefore[0] ?? 0)
    const workerCpu = cpuSeconds(workers) - (cpuBefore[1] ?? 0)
    return [
      {
        goal: 'P4',
        what: '1,000,000 records × 20 columns from HTTP to verdict: CPU of server and worker',
        value: serverCpu + workerCpu,
        unit: 's',
        against: `server ${serverCpu.toFixed(1)} s, worker ${workerCpu.toFixed(1)} s; sent in ${load.seconds.toFixed(1)} s, verdict (${verdict.drifted} of ${COLUMNS} drifted) after ${wallSeconds.toFixed(1)} s; Evidently 92 s, NannyML 21.4 s of CPU`,
        target: { kind: 'at most', value: 18 },
      },
      {
        goal: 'P5',
        what: 'the same: memory of the server at its highest',
        value: memoryMib([server], 'VmHWM'),
        unit: 'MiB',
        against: `worker ${memoryMib(workers, 'VmHWM').toFixed(0)} MiB; Evidently 1,442 MiB, NannyML 1,146 MiB`,
        target: { kind: 'at most', value: 400 },
      },
    ]
  } finally {
    await product.stop()
    rmSync(product.dataDir, { recursive: true, force: true })
  }
}

/** The verdict once it speaks of all records; what asking costs is counted too. */
async function readVerdict(url: string, fromMs: number): Promise<{ drifted: number } | null> {
  const toMs = alignDown(Date.now(), HOUR_MS) + HOUR_MS
  const { windows } = await callApi<Verdicts>(url, 'GET', verdictPath(MODEL, VERSION, fromMs, toMs))
  const drifts = (windows[0]?.verdicts ?? []).filter(
    ({ metric, column }) => metric === 'drift' && column !== null,
  )
  const isWhole = drifts.some(({ column, n }) => column === 'n01' && n === RECORDS)
  if (!isWhole) return null
  return { drifted: drifts.filter(({ verdict }) => verdict === 'drift' || verdict === 'severe').length }
}
