/** Owns folding what concerns a version as a whole: volume, failures, latency, memory, load. */
import type { PredictionRecord } from '@/lib/domain/record'
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
    if (latency !== undefined && Number.isFinite(latency)) {
      addToDDSketch(total.latency, latency)
      this.latencies.add(latency + 0)
    }
    if (memory !== undefined && Number.isFinite(memory)) this.memory.add(memory + 0)
    if (load !== undefined && Number.isFinite(load)) this.load.add(load + 0)
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
