/** Measures durable ingest over HTTP, batched (P8) and one record a request (P9), beside the plain floor of the same run. */
import { rmSync } from 'node:fs'
import { type Figure, median } from '@/bench/support/figures'
import { type LoadResult, runLoad } from '@/bench/support/load'
import { BENCH_ADMIN_KEY, type Measured, startFloor, startProduct } from '@/bench/support/processes'
import { bodyTemplate, seededUniform, stampIds } from '@/bench/support/workload'

const CONNECTIONS = 16
const SHAPE = { columns: 20, drifted: false }

export interface Side {
  readonly target: Measured
  readonly path: string
}

/** Sends bodies of so many records on sixteen connections; every id is new. */
export async function sendFor(
  side: Side,
  recordsPerRequest: number,
  maxSeconds: number,
): Promise<LoadResult> {
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

/** Records a second. */
export const perSecond = (result: LoadResult, recordsPerRequest: number) =>
  ((result.requests - result.failures) * recordsPerRequest) / result.seconds

const MAX_WARM_UP_SECONDS = 8
/** A second is faster than those before it when it brings this much more. */
const STILL_RISING = 1.03

/**
 * Sends until the rate of successive seconds stops rising: a server that runs all day has its hot paths compiled, and
 * one that has just started has not.
 */
export async function warmUp(side: Side, recordsPerRequest: number): Promise<void> {
  let best = 0
  for (let second = 0; second < MAX_WARM_UP_SECONDS; second++) {
    const rate = perSecond(await sendFor(side, recordsPerRequest, 1), recordsPerRequest)
    if (second > 1 && rate < best * STILL_RISING) return
    best = Math.max(best, rate)
  }
}

const ROUNDS = 3
const ROUND_SECONDS = 4

interface Compared {
  readonly product: number
  readonly floor: number
  readonly limit: number
  /** Medians of the rounds: a round's sides follow one another closely. */
  readonly timesFloor: number
  readonly timesLimit: number
  readonly p99Ms: number
  readonly failures: number
}

/**
 * All sides take turns, after each was warmed up alike. The product also validates, de-duplicates and summarises
 * meanwhile, on the same two cores. The limit is what plain Node reaches with one transaction for many requests.
 */
async function compare(recordsPerRequest: number): Promise<Compared> {
  const product = { target: await startProduct(), path: '/api/v1/ingest/bench' }
  const floor = { target: await startFloor(), path: '/' }
  const limit = { target: await startFloor('grouped'), path: '/' }
  const rounds: { product: number; floor: number; limit: number; p99Ms: number }[] = []
  let failures = 0
  const rateOf = async (side: Side) =>
    perSecond(await sendFor(side, recordsPerRequest, ROUND_SECONDS), recordsPerRequest)
  try {
    for (const side of [product, floor, limit]) await warmUp(side, recordsPerRequest)
    for (let round = 0; round < ROUNDS; round++) {
      const floorRate = await rateOf(floor)
      const result = await sendFor(product, recordsPerRequest, ROUND_SECONDS)
      failures += result.failures
      rounds.push({
        floor: floorRate,
        product: perSecond(result, recordsPerRequest),
        limit: await rateOf(limit),
        p99Ms: result.p99Ms,
      })
    }
  } finally {
    for (const { target } of [product, floor, limit]) await target.stop()
    rmSync(product.target.dataDir, { recursive: true, force: true })
  }
  const of = (pick: (round: (typeof rounds)[number]) => number) => median(rounds.map(pick))
  return {
    product: of((round) => round.product),
    floor: of((round) => round.floor),
    limit: of((round) => round.limit),
    timesFloor: of((round) => round.product / round.floor),
    timesLimit: of((round) => round.product / round.limit),
    p99Ms: of((round) => round.p99Ms),
    failures,
  }
}

const told = (rate: number) => Math.round(rate).toLocaleString('en-GB')

/** P8 and P9 with their ratios. */
export async function measureIngest(): Promise<Figure[]> {
  const batched = await compare(1000)
  const single = await compare(1)
  return [
    {
      goal: 'P8',
      what: 'durable ingest, 1,000 records a request',
      value: batched.timesFloor,
      unit: '× floor',
      against: `${told(batched.product)} against ${told(batched.floor)} records/s; ${batched.failures} failed requests`,
      target: { kind: 'at least', value: 0.45 },
    },
    {
      goal: 'P9',
      what: 'durable ingest, 1 record a request, 16 connections',
      value: single.timesFloor,
      unit: '× floor',
      against: `${told(single.product)} against ${told(single.floor)} requests/s; ${single.failures} failed`,
      target: { kind: 'at least', value: 1.3 },
    },
    {
      goal: 'P9',
      what: 'the slowest of a hundred of those requests',
      value: single.p99Ms,
      unit: 'ms',
      against: 'p99, median of the rounds',
      target: { kind: 'at most', value: 25 },
    },
    {
      goal: 'P9',
      what: 'share of what plain Node reaches with group commit',
      value: single.timesLimit,
      unit: '× limit',
      against: `${told(single.product)} against ${told(single.limit)} requests/s`,
      target: null,
    },
  ]
}
