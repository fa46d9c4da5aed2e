/** Measures what the product takes without work (P15): from start to ready, and memory at rest and with somebody looking. */
import { rmSync } from 'node:fs'
import { type Figure, median } from '@/bench/support/figures'
import { memoryMib, startProduct } from '@/bench/support/processes'

const STARTS = 5
/** Short, so that the bench need not wait half an hour for nobody to look. */
const REST_SECONDS = 5
/** The pages are up by then, and rest by the other. */
const LOOKED_AT_MS = 4_000
const RESTED_MS = 6_000

/** P15. The first start also makes the database and is not counted. */
export async function measureFootprint(): Promise<Figure[]> {
  const first = await startProduct()
  await first.stop()
  try {
    const readyMs: number[] = []
    for (let start = 0; start < STARTS; start++) {
      const product = await startProduct(first.dataDir)
      readyMs.push(product.readyMs)
      await product.stop()
    }
    const product = await startProduct(first.dataDir, {
      PLUMBLINE_RENDERER_REST_SECONDS: String(REST_SECONDS),
    })
    await pause(LOOKED_AT_MS)
    const looked = product.pids().map((pid) => memoryMib([pid], 'VmRSS'))
    await pause(RESTED_MS)
    const rested = product.pids().map((pid) => memoryMib([pid], 'VmRSS'))
    await product.stop()
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
        what: 'memory at rest: server and worker',
        value: sum(rested),
        unit: 'MiB',
        against: `${inWords(rested)} MiB; Evidently 250 MiB`,
        target: { kind: 'at most', value: 200 },
      },
      {
        goal: 'P15',
        what: 'memory while the renderer stands',
        value: sum(looked),
        unit: 'MiB',
        against: `${inWords(looked)} MiB`,
        target: null,
      },
    ]
  } finally {
    rmSync(first.dataDir, { recursive: true, force: true })
  }
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
const sum = (parts: readonly number[]) => parts.reduce((total, part) => total + part, 0)
const inWords = (parts: readonly number[]) => parts.map((part) => part.toFixed(0)).join(' + ')
