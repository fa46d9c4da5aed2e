/** Measures starting and resting (P15): time until ready once built, and memory with nothing to do. */
import { rmSync } from 'node:fs'
import type { Figure } from '@/bench/support/figures'
import { memoryMib, startProduct } from '@/bench/support/processes'

const SETTLE_MS = 8_000

/** Started twice: the first start also makes the database. */
export async function measureFootprint(): Promise<Figure[]> {
  const first = await startProduct()
  await first.stop()
  const target = await startProduct(first.dataDir)
  try {
    await new Promise((resolve) => setTimeout(resolve, SETTLE_MS))
    const [serverPid = 0, workerPid = 0] = target.pids()
    const server = memoryMib([serverPid], 'VmRSS')
    const worker = memoryMib([workerPid], 'VmRSS')
    return [
      {
        goal: 'P15',
        what: 'start until ready, built before',
        value: target.readyMs / 1000,
        unit: 's',
        against: 'Evidently UI 4.5 s',
        target: { kind: 'at most', value: 2 },
      },
      {
        goal: 'P15',
        what: 'idle memory of server and worker',
        value: server + worker,
        unit: 'MiB',
        against: `${server.toFixed(0)} + ${worker.toFixed(0)}; Evidently UI 250 MiB`,
        target: { kind: 'at most', value: 200 },
      },
    ]
  } finally {
    await target.stop()
    rmSync(target.dataDir, { recursive: true, force: true })
  }
}
