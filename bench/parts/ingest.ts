/** Measures durable ingest over HTTP, batched (P8) and one record a request (P9), beside the plain floor of the same run. */
import { rmSync } from 'node:fs'
import { type Figure, median } from '@/bench/support/figures'
import { type LoadResult, runLoad } from '@/bench/support/load'
import { BENCH_ADMIN_KEY, type Measured, startFloor, startProduct } from '@/bench/support/processes'
import { bodyTemplate, seededUniform, stampIds } from '@/bench/support/workload'

const CONNECTIONS = 16
const SHAPE = { columns: 20, drifted: false }

interface Side {
  readonly target: Measured
  readonly path: string
}

async function sendFor(side: Side, recordsPerRequest: number, maxSeconds: number): Promise<LoadResult> {
  const uniform = seededUniform(7)
  const templates = Array.from({ length: 4 }, () =>
    bodyTemplate(recordsPerRequest, SHAPE, uniform, () => null),
  )
  let sent = 0
  const firstId = Math.floor(performance.now()) * 1_000_000
  return runLoad({
    url: side.target.url + side.path,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${BENCH_ADMIN_KEY}` },
    connections: CONNECTIONS,
    maxSeconds,
    nextBody: () => {
      const template = templates[sent % templates.length]
      return template ? stampIds(template, firstId + sent++ * recordsPerRequest) : null
    },
  })
}

const perSecond = (result: LoadResult, recordsPerRequest: number) =>
  ((result.requests - result.failures) * recordsPerRequest) / result.seconds

/**
 * Both sides take turns, three rounds each after a warm-up; the medians are compared. The product also validates,
 * de-duplicates and summarises meanwhile, on the same two cores.
 */
async function compare(
  recordsPerRequest: number,
): Promise<{ product: number; floor: number; p99Ms: number; failures: number }> {
  const product = { target: await startProduct(), path: '/api/v1/ingest/bench' }
  const floor = { target: await startFloor(), path: '/' }
  const rates: Record<'product' | 'floor', number[]> = { product: [], floor: [] }
  const latencies: number[] = []
  let failures = 0
  try {
    await sendFor(product, recordsPerRequest, 1.5)
    await sendFor(floor, recordsPerRequest, 1)
    for (let round = 0; round < 3; round++) {
      rates.floor.push(perSecond(await sendFor(floor, recordsPerRequest, 4), recordsPerRequest))
      const result = await sendFor(product, recordsPerRequest, 4)
      rates.product.push(perSecond(result, recordsPerRequest))
      latencies.push(result.p99Ms)
      failures += result.failures
    }
  } finally {
    await product.target.stop()
    await floor.target.stop()
    rmSync(product.target.dataDir, { recursive: true, force: true })
  }
  return { product: median(rates.product), floor: median(rates.floor), p99Ms: median(latencies), failures }
}

/** P8 and P9 with their ratios. */
export async function measureIngest(): Promise<Figure[]> {
  const batched = await compare(1000)
  const single = await compare(1)
  return [
    {
      goal: 'P8',
      what: 'durable ingest, 1,000 records a request',
      value: batched.product / batched.floor,
      unit: '× floor',
      against: `${Math.round(batched.product)} against ${Math.round(batched.floor)} records/s; ${batched.failures} failed requests`,
      target: { kind: 'at least', value: 0.45 },
    },
    {
      goal: 'P9',
      what: 'durable ingest, 1 record a request, 16 connections',
      value: single.product / single.floor,
      unit: '× floor',
      against: `${Math.round(single.product)} against ${Math.round(single.floor)} requests/s; p99 ${single.p99Ms.toFixed(1)} ms; ${single.failures} failed`,
      target: { kind: 'at least', value: 1.3 },
    },
  ]
}
