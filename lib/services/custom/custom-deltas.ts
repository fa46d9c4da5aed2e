/** Owns collecting what records, and their events, add to the buckets of custom metrics. */
import { customSeries, NO_PROFILE, type SummaryDelta } from '@/db/contracts/series-store'
import type { PredictionRecord, Scalar } from '@/lib/domain/record'
import { alignDown, BUCKET_LEVELS, BUCKET_SIZE_MS, MINUTE_MS } from '@/lib/domain/time'
import { emptyOutcome } from '@/lib/expression/compile-metric'
import { createRecordReader, createTableReader, type ReadRecord } from '@/lib/expression/read-record'
import type { CompiledCustom } from '@/lib/services/custom/compiled-metrics'
import { encodeSummary } from '@/lib/summary/codec'
import { CustomFold, type CustomSummary, mergeCustom } from '@/lib/summary/custom'
import type { RecordRun } from '@/lib/summary/fold-buckets'

const NO_EVENTS: ReadonlySet<string> = new Set()

interface Minute {
  readonly startMs: number
  summary: CustomSummary
}

/** One custom metric of one version, or of a slice of it. */
export class CustomDeltas {
  private readonly fold: CustomFold
  private readonly read: ReadRecord
  private readonly values: (Scalar | undefined)[] = []
  private readonly outcome = emptyOutcome()
  private readonly minutes = new Map<number, Minute>()

  /**
   * @param series number that the summaries stand under
   * @param minutesFromMs records before this instant have no minute bucket
   */
  constructor(
    private readonly custom: CompiledCustom,
    private readonly series: number,
    private readonly minutesFromMs: number,
  ) {
    this.fold = new CustomFold(custom.metric.aggregate)
    this.read = createRecordReader(custom.compiled.keys)
  }

  /** Adds records of one minute, which have had no event yet. */
  addRun(run: RecordRun): void {
    const records = run.records()
    const { compiled } = this.custom
    if ('features' in records) {
      const readRow = createTableReader(compiled.keys, records)
      for (let row = 0; row < records.length; row++) {
        readRow(row, this.values)
        compiled.evaluate(this.values, this.outcome)
        this.fold.add(this.outcome)
      }
    } else for (const record of records) this.addOne(record, NO_EVENTS, 1)
    this.keep(run.atMs)
  }

  /** Takes back what a record gave with these events, and adds what it gives with those. */
  change(record: PredictionRecord, before: ReadonlySet<string>, after: ReadonlySet<string>): void {
    this.addOne(record, before, -1)
    this.addOne(record, after, 1)
    this.keep(record.at)
  }

  deltas(): SummaryDelta[] {
    return BUCKET_LEVELS.flatMap((level) => {
      const buckets = new Map<number, CustomSummary>()
      for (const { startMs, summary } of this.minutes.values()) {
        if (level === 'minute' && startMs < alignDown(this.minutesFromMs, MINUTE_MS)) continue
        const bucketMs = alignDown(startMs, BUCKET_SIZE_MS[level])
        const known = buckets.get(bucketMs)
        buckets.set(bucketMs, known ? mergeCustom(known, summary) : summary)
      }
      return [...buckets].map(([startMs, summary]) => ({
        key: {
          versionId: this.series,
          profileId: NO_PROFILE,
          level,
          startMs,
          columnId: customSeries(this.custom.metric.seriesId),
        },
        bytes: encodeSummary(summary),
      }))
    })
  }

  private addOne(record: PredictionRecord, events: ReadonlySet<string>, sign: 1 | -1): void {
    this.read(record, events, this.values)
    this.custom.compiled.evaluate(this.values, this.outcome)
    this.fold.add(this.outcome, sign)
  }

  private keep(atMs: number): void {
    const startMs = alignDown(atMs, MINUTE_MS)
    const summary = this.fold.finish()
    const minute = this.minutes.get(startMs)
    if (minute) minute.summary = mergeCustom(minute.summary, summary)
    else this.minutes.set(startMs, { startMs, summary })
  }
}
