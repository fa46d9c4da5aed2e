/** Measures what becomes of three times the capacity (P8, P9 of reliability): answers, their time, memory, recovery, loss. */
import { rmSync } from 'node:fs'
import { type Figure, quantile } from '@/bench/support/figures'
import { type Overload, overload } from '@/bench/support/overload'
import { BENCH_ADMIN_KEY, startProduct } from '@/bench/support/processes'
import { countStored } from '@/bench/support/stored-ids'

const STORM_SECONDS = 20
const CAPACITY_SECONDS = 8

interface Case {
  readonly name: string
  readonly recordsPerRequest: number
  readonly connections: number
  readonly perConnection: number
  readonly capacityConnections: number
}

const CASES: readonly Case[] = [
  {
    name: '1,000 records a request',
    recordsPerRequest: 1_000,
    connections: 512,
    perConnection: 1,
    capacityConnections: 16,
  },
  // What is found with few connections is no capacity here: requests that come together share a commit. Of requests this
  // small a server that takes 1,000 connections can hardly have too many, so each sends four before its first answer.
  {
    name: '1 record a request',
    recordsPerRequest: 1,
    connections: 512,
    perConnection: 4,
    capacityConnections: 256,
  },
]

/** Each case on a server of its own. */
export async function measureOverload(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const one of CASES) {
    const product = await startProduct()
    try {
      const result = await overload({
        url: product.url,
        key: BENCH_ADMIN_KEY,
        pids: product.pids,
        recordsPerRequest: one.recordsPerRequest,
        capacitySeconds: CAPACITY_SECONDS,
        stormSeconds: STORM_SECONDS,
        connections: one.connections,
        perConnection: one.perConnection,
        capacityConnections: one.capacityConnections,
      })
      await product.stop()
      const { stored, different } = await countStored(product.dataDir, 'overload')
      figures.push(...figuresOf(one, result, stored, different))
    } finally {
      await product.stop()
      rmSync(product.dataDir, { recursive: true, force: true })
    }
  }
  return figures
}

function figuresOf({ name }: Case, result: Overload, stored: number, different: number): Figure[] {
  const { storm, capacity } = result
  const sent = storm.acknowledged.length + storm.refused.length
  const strange = [...storm.strange].map(([status, count]) => `${count} × ${status}`).join(', ')
  const figure = (what: string, value: number, unit: string, most: number, against: string): Figure => ({
    goal: 'overload',
    what: `${name}: ${what}`,
    value,
    unit,
    against,
    target: { kind: 'at most', value: most },
  })
  const count = [...storm.strange.values()].reduce((sum, n) => sum + n, 0)
  const told = (n: number) => Math.round(n).toLocaleString('en-GB')
  const missing = Math.max(0, result.acknowledgedRecords - stored)
  const surplus = Math.max(0, stored - result.acknowledgedRecords - result.unansweredRecords)
  return [
    figure(
      'answers other than 200 and 503 with Retry-After',
      count,
      'answers',
      0,
      `${strange || 'none'}; ${told(sent / storm.seconds)} requests/s, capacity ${told(capacity)}; ${told(storm.acknowledged.length)} taken, ${told(storm.refused.length)} refused, ${told(storm.notSent)} not sent for want of connections`,
    ),
    figure(
      'p99 of what was taken',
      quantile(storm.acknowledgedMs, 0.99),
      'ms',
      2_000,
      `p50 ${told(quantile(storm.acknowledgedMs, 0.5))} ms; refusals p50 ${told(quantile(storm.refusedMs, 0.5))}, p99 ${told(quantile(storm.refusedMs, 0.99))} ms`,
    ),
    figure(
      'memory of the server at its highest',
      result.serverMib,
      'MiB',
      512,
      `worker ${told(result.workerMib)} MiB`,
    ),
    figure('until it is healthy again', result.recoveredMs, 'ms', 5_000, 'five quick answers in a row'),
    figure(
      'acknowledged and lost, or stored twice or without having been sent',
      missing + surplus + stored - different,
      'records',
      0,
      `${told(stored)} stored, ${told(result.acknowledgedRecords)} acknowledged, ${told(result.unansweredRecords)} without an answer`,
    ),
  ]
}
