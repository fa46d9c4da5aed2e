/** Owns the buckets of records in which something beside their columns is counted, labels or events; it does not know which. */
import { NO_PROFILE, type SummaryDelta } from '@/db/contracts/series-store'
import { alignDown, BUCKET_LEVELS, BUCKET_SIZE_MS, type BucketLevel } from '@/lib/domain/time'
import { encodeSummary } from '@/lib/summary/codec'
import type { Summary } from '@/lib/summary/types'

interface Bucket<T> {
  readonly versionId: number
  readonly level: BucketLevel
  readonly startMs: number
  readonly summary: T
}

/** Counts of many buckets, under no profile: what is counted is the same whatever the reference. */
export class RecordBuckets<T extends Summary> {
  private readonly buckets = new Map<string, Bucket<T>>()

  /**
   * @param columnId the series that it stands in
   * @param minutesFromMs records before this instant have no minute bucket
   * @param empty a bucket's summary before anything is counted
   */
  constructor(
    private readonly columnId: number,
    private readonly minutesFromMs: number,
    private readonly empty: () => T,
  ) {}

  /** Counts something of a record in each of the record's buckets. */
  count(versionId: number, recordMs: number, add: (summary: T) => void): void {
    for (const level of BUCKET_LEVELS) {
      if (level === 'minute' && recordMs < this.minutesFromMs) continue
      add(this.summary(versionId, level, alignDown(recordMs, BUCKET_SIZE_MS[level])))
    }
  }

  /** @param finished what is stored of a bucket; null for nothing */
  deltas(finished: (summary: T) => Summary | null): SummaryDelta[] {
    return [...this.buckets.values()].flatMap(({ versionId, level, startMs, summary }) => {
      const stored = finished(summary)
      if (stored === null) return []
      const key = { versionId, profileId: NO_PROFILE, level, startMs, columnId: this.columnId }
      return { key, bytes: encodeSummary(stored) }
    })
  }

  private summary(versionId: number, level: BucketLevel, startMs: number): T {
    const key = `${versionId} ${level} ${startMs}`
    const found = this.buckets.get(key)
    if (found) return found.summary
    const summary = this.empty()
    this.buckets.set(key, { versionId, level, startMs, summary })
    return summary
  }
}
