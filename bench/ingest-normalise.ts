/** Measures the pure part of ingest: bytes of a request to canonical records, in microseconds a record. */
import { bodyTemplate, seededUniform } from '@/bench/support/workload'
import { DEFAULT_LIMITS } from '@/lib/domain/limits'
import { type BatchRules, parseBatchAtOnce } from '@/lib/ingest/parse-batch'
import { scanJson } from '@/lib/ingest/scan-json'

const RECORDS = 1_000
const NOW_MS = 1_795_000_000_000
const rules: BatchRules = {
  model: 'bench',
  nowMs: NOW_MS,
  oldestMs: NOW_MS - 30 * 86_400_000,
  maxFutureMs: 300_000,
  limits: DEFAULT_LIMITS,
  idPrefix: () => '~0',
  kind: 'records',
}

const array = bodyTemplate(
  RECORDS,
  { columns: 20, drifted: false },
  seededUniform(1),
  (i) => NOW_MS - i,
).bytes
const parsed = JSON.parse(array.toString()) as object[]
const lines = Buffer.from(parsed.map((record) => JSON.stringify(record)).join('\n'))
const flat = Buffer.from(
  JSON.stringify(
    parsed.map((record) => ({
      ...record,
      ...(record as { features: object }).features,
      features: undefined,
    })),
  ),
)
const escaped = Buffer.from(JSON.stringify(parsed).replace('v000', 'v\\u0030é'))

/** Median microseconds a record over `rounds` runs of `run`. */
function measure(run: () => void, rounds = 60): number {
  const times: number[] = []
  for (let round = 0; round < rounds; round++) {
    const startedMs = performance.now()
    run()
    times.push(((performance.now() - startedMs) * 1000) / RECORDS)
  }
  return times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0
}

const figures: Record<string, number> = {
  'JSON.parse alone': measure(() => JSON.parse(array.toString())),
  'scan alone': measure(() => scanJson(array, DEFAULT_LIMITS)),
  'array of records': measure(() => parseBatchAtOnce(Buffer.from(array), rules)),
  'lines (NDJSON)': measure(() => parseBatchAtOnce(Buffer.from(lines), rules)),
  'flat logs': measure(() => parseBatchAtOnce(Buffer.from(flat), rules)),
  'not ASCII': measure(() => parseBatchAtOnce(Buffer.from(escaped), rules)),
}
for (const [name, value] of Object.entries(figures))
  console.log(`${name.padEnd(20)} ${value.toFixed(2)} µs a record`)
