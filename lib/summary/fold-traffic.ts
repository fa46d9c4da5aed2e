/** Owns folding what concerns a version as a whole: volume, failures, latency, memory, load. */
import type { PredictionRecord } from '@/lib/domain/record'
import type { RecordTable, TableColumn } from '@/lib/domain/record-table'
import { addToDDSketch, emptyDDSketch } from '@/lib/stats/sketches/ddsketch'
import { emptyMoments } from '@/lib/stats/sketches/moments'
import { MomentsBuffer } from '@/lib/summary/batch-moments'
import type { TrafficSummary } from '@/lib/summary/types'

/** How a record came; not part of the record itself. */
export interface RecordFacts {
  /** Received after the allowed lateness of its window. */
  readonly late: boolean
  readonly backfill: boolean
}

/** Server-side failures start here. */
const FIRST_ERROR_STATUS = 500

const NO_NUMBERS = new Float64Array(0)

/** Rows without a prediction. */
function countNull(column: TableColumn | undefined, length: number): number {
  if (!column) return length
  let count = 0
  if (column.numbers !== null) for (const value of column.numbers) count += Number.isNaN(value) ? 1 : 0
  else {
    const isNull = column.values.map((value) => (value === null || value === '' ? 1 : 0))
    for (const code of column.codes) count += isNull[code] ?? 0
  }
  return count
}

/** The summary of no records. */
export function emptyTraffic(): TrafficSummary {
  return {
    kind: 'traffic',
    records: 0,
    errors: 0,
    backfilled: 0,
    late: 0,
    timeAssumed: 0,
    nullPredictions: 0,
    latency: emptyDDSketch(),
    latencyMoments: emptyMoments(),
    memory: emptyMoments(),
    load: emptyMoments(),
  }
}

/** Collects the traffic of one bucket. */
export class TrafficFold {
  private total = emptyTraffic()
  private readonly latencies = new MomentsBuffer()
  private readonly memory = new MomentsBuffer()
  private readonly load = new MomentsBuffer()

  add(record: PredictionRecord, facts: RecordFacts): void {
    const { total } = this
    total.records++
    if (record.e !== undefined || (record.c ?? 0) >= FIRST_ERROR_STATUS) total.errors++
    if (facts.backfill) total.backfilled++
    if (facts.late) total.late++
    if (record.ta === 1) total.timeAssumed++
    if (record.p === undefined || record.p === null || record.p === '') total.nullPredictions++
    const { l: latency, m: memory, cpu: load } = record
    if (latency !== undefined) this.addLatency(latency)
    if (memory !== undefined && Number.isFinite(memory)) this.memory.add(memory + 0)
    if (load !== undefined && Number.isFinite(load)) this.load.add(load + 0)
  }

  /** The same for all records of a table, each of which has all of its keys. */
  addTable({ length, heads }: RecordTable, facts: RecordFacts): void {
    const { total } = this
    const numbers = (name: string) => heads.get(name)?.numbers ?? NO_NUMBERS
    total.records += length
    if (heads.has('e')) total.errors += length
    else for (const status of numbers('c')) if (status >= FIRST_ERROR_STATUS) total.errors++
    if (facts.backfill) total.backfilled += length
    if (facts.late) total.late += length
    if (heads.has('ta')) total.timeAssumed += length
    total.nullPredictions += countNull(heads.get('p'), length)
    for (const latency of numbers('l')) this.addLatency(latency)
    for (const memory of numbers('m')) if (Number.isFinite(memory)) this.memory.add(memory + 0)
    for (const load of numbers('cpu')) if (Number.isFinite(load)) this.load.add(load + 0)
  }

  private addLatency(latency: number): void {
    if (!Number.isFinite(latency)) return
    addToDDSketch(this.total.latency, latency)
    this.latencies.add(latency + 0)
  }

  /** The summary so far; starts anew. */
  finish(): TrafficSummary {
    const done = {
      ...this.total,
      latencyMoments: this.latencies.moments(),
      memory: this.memory.moments(),
      load: this.load.moments(),
    }
    this.total = emptyTraffic()
    for (const buffer of [this.latencies, this.memory, this.load]) buffer.reset()
    return done
  }
}
