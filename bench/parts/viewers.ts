/** Measures how much twenty people who watch dashboards slow down ingest: its p99 at a fixed rate, with and without them. */
import { rmSync } from 'node:fs'
import { verdictPath } from '@/bench/support/client'
import { type Figure, median, quantile } from '@/bench/support/figures'
import { fillMonth, MODEL, signIn } from '@/bench/support/judged-month'
import { startProduct } from '@/bench/support/processes'
import { RECORDS, REQUESTS_PER_SECOND, steadySender } from '@/bench/support/steady-sender'
import { watch } from '@/bench/support/viewers'
import { alignDown, DAY_MS, HOUR_MS } from '@/lib/domain/time'

const VIEWERS = 20
/** Open dashboards show again when something happened, at most this often; people click no faster either. */
const EVERY_MS = 5_000
const ROUNDS = 3
const ROUND_SECONDS = 10
const WARM_UP_SECONDS = 5

export async function measureViewers(): Promise<Figure[]> {
  const product = await startProduct()
  try {
    await fillMonth(product)
    const cookie = await signIn(product.url)
    const send = steadySender(product.url)
    const nowMs = alignDown(Date.now(), HOUR_MS)
    const plan = {
      url: product.url,
      cookie,
      paths: [`/models/${MODEL}`, `/models/${MODEL}?range=30d`, '/'],
      apiPaths: [
        verdictPath(MODEL, '1', nowMs - DAY_MS, nowMs),
        `/api/v1/models/${MODEL}/evaluations?limit=100`,
      ],
      count: VIEWERS,
      everyMs: EVERY_MS,
    }
    const stopFirst = watch(plan)
    await send(WARM_UP_SECONDS)
    await stopFirst()
    const quiet: number[] = []
    const watched: number[] = []
    const pages: number[] = []
    const answers: number[] = []
    const strange: string[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const alone = await send(ROUND_SECONDS)
      quiet.push(quantile(alone.acknowledgedMs, 0.99))
      const stop = watch(plan)
      const beside = await send(ROUND_SECONDS)
      const viewers = await stop()
      watched.push(quantile(beside.acknowledgedMs, 0.99))
      pages.push(...viewers.pageMs)
      answers.push(...viewers.apiMs)
      for (const of of [alone, beside]) {
        if (of.refused.length > 0) strange.push(`${of.refused.length} × 503 of ingest`)
        for (const [status, count] of of.strange) strange.push(`${count} × ${status} of ingest`)
      }
      for (const [status, count] of viewers.strange) strange.push(`${count} × ${status} of pages`)
    }
    const inWords = (times: readonly number[]) =>
      `p50 ${quantile(times, 0.5).toFixed(0)}, p99 ${quantile(times, 0.99).toFixed(0)} ms`
    return [
      {
        goal: 'P10',
        what: `ingest p99 beside ${VIEWERS} viewers`,
        value: median(watched) / median(quiet),
        unit: '× alone',
        against: `${median(watched).toFixed(1)} against ${median(quiet).toFixed(1)} ms at ${REQUESTS_PER_SECOND} requests/s of ${RECORDS} records; ${strange.join(', ') || 'nothing failed'}`,
        target: { kind: 'at most', value: 1.5 },
      },
      {
        goal: 'P10',
        what: 'pages meanwhile',
        value: quantile(pages, 0.95),
        unit: 'ms',
        against: `p95; ${pages.length} pages, ${inWords(pages)}; answers of the API ${inWords(answers)}`,
        target: null,
      },
    ]
  } finally {
    await product.stop()
    rmSync(product.dataDir, { recursive: true, force: true })
  }
}
