/** Measures durable ingest of OpenTelemetry's protobuf and Elasticsearch's bulk requests beside the plain floor of the same run. */
import { rmSync } from 'node:fs'
import { type Figure, median } from '@/bench/support/figures'
import { runLoad } from '@/bench/support/load'
import { BENCH_ADMIN_KEY, startFloor, startProduct } from '@/bench/support/processes'
import { bulkTemplate, otlpTemplate } from '@/bench/support/shipper-bodies'
import { type BodyTemplate, bodyTemplate, seededUniform, stampIds } from '@/bench/support/workload'

const RECORDS = 1_000
const CONNECTIONS = 16
const SHAPE = { columns: 20, drifted: false }
const ROUNDS = 3
const ROUND_SECONDS = 4
const WARM_UP_SECONDS = 3

interface Side {
  readonly url: string
  readonly type: string
  readonly templates: readonly BodyTemplate[]
}

type Name = 'floor' | 'json' | 'otlp' | 'bulk'

function templates(make: (uniform: () => number) => BodyTemplate): BodyTemplate[] {
  const uniform = seededUniform(7)
  return Array.from({ length: 4 }, () => make(uniform))
}

/** Records a second that were answered with 200. */
async function send({ url, type, templates }: Side, maxSeconds: number) {
  let sent = 0
  const firstId = Math.floor(performance.now()) * 1_000_000
  const { requests, failures, seconds } = await runLoad({
    url,
    headers: { 'content-type': type, authorization: `Bearer ${BENCH_ADMIN_KEY}` },
    connections: CONNECTIONS,
    maxSeconds,
    nextBody: () => {
      const template = templates[sent % templates.length]
      return template ? stampIds(template, firstId + sent++ * RECORDS) : null
    },
  })
  return { rate: ((requests - failures) * RECORDS) / seconds, failures }
}

/** All sides take turns after a warm-up; the medians of the rounds are compared. */
export async function measureShippers(): Promise<Figure[]> {
  const product = await startProduct()
  const floor = await startFloor()
  const plain = templates((uniform) => bodyTemplate(RECORDS, SHAPE, uniform, () => null))
  const otlp = templates((uniform) => otlpTemplate(RECORDS, SHAPE, uniform))
  const bulk = templates((uniform) => bulkTemplate(RECORDS, SHAPE, uniform))
  const json = 'application/json'
  const sides: Record<Name, Side> = {
    floor: { url: `${floor.url}/`, type: json, templates: plain },
    json: { url: `${product.url}/api/v1/ingest/bench`, type: json, templates: plain },
    otlp: { url: `${product.url}/v1/logs`, type: 'application/x-protobuf', templates: otlp },
    bulk: { url: `${product.url}/_bulk`, type: 'application/x-ndjson', templates: bulk },
  }
  const names = Object.keys(sides) as Name[]
  const rates: Record<Name, number[]> = { floor: [], json: [], otlp: [], bulk: [] }
  let failed = 0
  try {
    for (const name of names) await send(sides[name], WARM_UP_SECONDS)
    for (let round = 0; round < ROUNDS; round++) {
      for (const name of names) {
        const { rate, failures } = await send(sides[name], ROUND_SECONDS)
        rates[name].push(rate)
        failed += failures
      }
    }
  } finally {
    await product.stop()
    await floor.stop()
    rmSync(product.dataDir, { recursive: true, force: true })
  }
  const ratio = (name: Name) => median(rates[name].map((rate, i) => rate / (rates.floor[i] ?? rate)))
  const figure = (name: Name, what: string): Figure => ({
    goal: 'P8',
    what: `durable ingest, 1,000 records a request, ${what}`,
    value: ratio(name),
    unit: '× floor',
    against: `${Math.round(median(rates[name]))} against ${Math.round(median(rates.floor))} records/s; ${failed} failed requests`,
    target: null,
  })
  return [
    figure('json', 'as JSON'),
    figure('otlp', "as OpenTelemetry's protobuf"),
    figure('bulk', "as Elasticsearch's bulk"),
  ]
}
