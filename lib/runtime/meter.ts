/** Owns counting what this process does: requests, records taken, and what the runtime says of itself. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { AppendBatch, AppendOutcome, LogWriter } from '@/db/contracts/log-store'

/** As in package.json; a test holds them together. */
export const PROGRAM_VERSION = '0.1.0'

/** From a millisecond to the time limit of a request. */
const BUCKETS_SECONDS = [0.001, 0.005, 0.025, 0.1, 0.5, 2.5, 10]

export interface ProcessMeter {
  /** A request was answered. `route` is its pattern, so that names in addresses make no series. */
  answered(route: string, method: string, status: number, durationMs: number): void
  /** Everything counted so far, in the format that Prometheus reads. */
  text(): Promise<string>
  /** The same writer, counted. */
  count(writer: LogWriter): LogWriter
}

interface Answers {
  readonly labels: { readonly route: string; readonly method: string; readonly status: string }
  count: number
}

/** Answers by route, method and status. To find a counter by its labels costs a small request more than to count. */
class AnswerTally {
  private readonly tallies = new Map<string, Answers>()

  add(route: string, method: string, status: number): void {
    const key = `${status} ${method} ${route}`
    const known = this.tallies.get(key)
    if (known !== undefined) known.count++
    else this.tallies.set(key, { labels: { route, method, status: String(status) }, count: 1 })
  }

  all(): Iterable<Answers> {
    return this.tallies.values()
  }
}

/** @param version of this program, for `build_info` */
export function createMeter(version: string): ProcessMeter {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  new Gauge({
    name: 'plumbline_build_info',
    help: 'What runs here; always 1.',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.version }, 1)
  const answers = new AnswerTally()
  new Counter({
    name: 'plumbline_http_requests_total',
    help: 'Requests to the API by route and status.',
    labelNames: ['route', 'method', 'status'],
    registers,
    collect() {
      this.reset()
      for (const { labels, count } of answers.all()) this.inc({ ...labels }, count)
    },
  })
  const durations = new Histogram({
    name: 'plumbline_http_request_duration_seconds',
    help: 'How long requests to the API took.',
    labelNames: ['route'],
    buckets: BUCKETS_SECONDS,
    registers,
  })
  const records = new Counter({
    name: 'plumbline_ingest_records_total',
    help: 'Records by what became of them: accepted, duplicate, conflict, refused.',
    labelNames: ['result'],
    registers,
  })
  const labels = new Counter({ name: 'plumbline_ingest_labels_total', help: 'Labels taken.', registers })
  const faults = new Counter({
    name: 'plumbline_ingest_append_failures_total',
    help: 'Requests that could not be made durable.',
    registers,
  })
  for (const result of ['accepted', 'duplicate', 'conflict', 'refused']) records.inc({ result }, 0)

  function noteAppend(batch: AppendBatch, outcome: AppendOutcome): void {
    if (outcome.kind !== 'committed') return
    const { accepted, duplicates, conflicts, labelsAccepted } = outcome
    // Most requests bring one kind of result only, and each count costs.
    if (accepted > 0) records.inc({ result: 'accepted' }, accepted)
    if (duplicates > 0) records.inc({ result: 'duplicate' }, duplicates)
    if (conflicts > 0) records.inc({ result: 'conflict' }, conflicts)
    if (batch.refusals.length > 0) records.inc({ result: 'refused' }, batch.refusals.length)
    if (labelsAccepted > 0) labels.inc(labelsAccepted)
  }

  return {
    answered(route, method, status, durationMs) {
      answers.add(route, method, status)
      durations.observe({ route }, durationMs / 1_000)
    },
    text: () => registry.metrics(),
    count: (writer) => ({
      append(batch) {
        const appending = writer.append(batch)
        appending.then(
          (outcome) => noteAppend(batch, outcome),
          () => faults.inc(),
        )
        return appending
      },
      countRefused: (day) => writer.countRefused(day),
      dropPartitionsBefore: (oldestDay) => writer.dropPartitionsBefore(oldestDay),
      problem: () => writer.problem(),
      recover: (nowMs) => writer.recover(nowMs),
      close: () => writer.close(),
    }),
  }
}
