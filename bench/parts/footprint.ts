/** Measures what the product takes without work (P15): from start to ready, and memory at rest, pages included. */
import { rmSync } from 'node:fs'
import { type Figure, median } from '@/bench/support/figures'
import { memoryMib, startProduct } from '@/bench/support/processes'

const STARTS = 5
const REST_MS = 6_000

/** P15. The first start also makes the database and is not counted. */
export async function measureFootprint(): Promise<Figure[]> {
  const first = await startProduct()
  await first.stop()
  try {
    const readyMs: number[] = []
    let server = 0
    let worker = 0
    for (let start = 0; start < STARTS; start++) {
      const product = await startProduct(first.dataDir)
      readyMs.push(product.readyMs)
      if (start === STARTS - 1) {
        await new Promise((resolve) => setTimeout(resolve, REST_MS))
        const [serverPid = 0, ...others] = product.pids()
        server = memoryMib([serverPid], 'VmRSS')
        worker = memoryMib(others, 'VmRSS')
      }
      await product.stop()
    }
    return [
      {
        goal: 'P15',
        what: `start to ready, built (median of ${STARTS})`,
        value: median(readyMs) / 1_000,
        unit: 's',
        against: `first start, with the database made, ${(first.readyMs / 1_000).toFixed(2)} s; Evidently 4.5 s`,
        target: { kind: 'at most', value: 2 },
      },
      {
        goal: 'P15',
        what: 'memory at rest, server and worker',
        value: server + worker,
        unit: 'MiB',
        against: `server ${server.toFixed(0)}, worker ${worker.toFixed(0)} MiB; Evidently 250 MiB`,
        target: { kind: 'at most', value: 200 },
      },
    ]
  } finally {
    rmSync(first.dataDir, { recursive: true, force: true })
  }
}
