/** Measures ingest on a server with millions of stored records beside an empty one (P10): batched, and one record a request. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { perSecond, type Side, sendFor, warmUp } from '@/bench/parts/ingest'
import { type Figure, median } from '@/bench/support/figures'
import { memoryMib, startProduct } from '@/bench/support/processes'
import { storeHistory } from '@/bench/support/stored-history'

const DEFAULT_RECORDS = 20_000_000
const ROUNDS = 5
const ROUND_SECONDS = 4
const PATH = '/api/v1/ingest/bench'

const told = (n: number) => Math.round(n).toLocaleString('en-GB')

/** The environment variable BENCH_STORED_RECORDS sets how many are stored. */
export async function measureGrowth(): Promise<Figure[]> {
  const records = Number(process.env.BENCH_STORED_RECORDS || DEFAULT_RECORDS)
  const dataDir = mkdtempSync(join(tmpdir(), 'plumbline-grown-'))
  try {
    const beganMs = performance.now()
    await storeHistory(dataDir, records, Date.now())
    const filledS = (performance.now() - beganMs) / 1_000
    console.error(`${told(records)} records stored in ${told(filledS)} s`)
    return await compare(dataDir, records)
  } finally {
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function compare(grownDir: string, records: number): Promise<Figure[]> {
  const empty = { target: await startProduct(), path: PATH }
  const grown = { target: await startProduct(grownDir), path: PATH }
  try {
    const [server = 0] = grown.target.pids()
    const figures: Figure[] = [
      {
        goal: 'P10',
        what: `start to ready with ${told(records)} records`,
        value: grown.target.readyMs,
        unit: 'ms',
        against: `${told(empty.target.readyMs)} ms empty; ${told(memoryMib([server], 'VmRSS'))} MiB of memory after it`,
        target: null,
      },
    ]
    for (const recordsPerRequest of [1_000, 1]) {
      const [withThem, without] = await inTurns(grown, empty, recordsPerRequest)
      figures.push({
        goal: 'P10',
        what: `ingest after ${told(records)} records, ${told(recordsPerRequest)} a request`,
        value: median(withThem.map((rate, round) => rate / (without[round] ?? Number.NaN))),
        unit: '× empty',
        against: `${told(median(withThem))} against ${told(median(without))} records/s, medians of ${ROUNDS} rounds in turns`,
        target: { kind: 'at least', value: 0.9 },
      })
    }
    return figures
  } finally {
    for (const { target } of [grown, empty]) await target.stop()
    rmSync(empty.target.dataDir, { recursive: true, force: true })
  }
}

/** Who begins changes from round to round: whoever comes second finds the machine busy with what the first one left. */
async function inTurns(grown: Side, empty: Side, recordsPerRequest: number): Promise<[number[], number[]]> {
  const rates = new Map<Side, number[]>([
    [grown, []],
    [empty, []],
  ])
  for (const side of [grown, empty]) await warmUp(side, recordsPerRequest)
  for (let round = 0; round < ROUNDS; round++) {
    for (const side of round % 2 === 0 ? [grown, empty] : [empty, grown]) {
      const result = await sendFor(side, recordsPerRequest, ROUND_SECONDS)
      rates.get(side)?.push(perSecond(result, recordsPerRequest))
    }
  }
  return [rates.get(grown) ?? [], rates.get(empty) ?? []]
}
