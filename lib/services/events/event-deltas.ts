/** Owns collecting what events add to the buckets of their records. */
import { EVENTS_SERIES, NO_PROFILE, type SummaryDelta } from '@/db/contracts/series-store'
import { alignDown, BUCKET_LEVELS, BUCKET_SIZE_MS, type BucketLevel } from '@/lib/domain/time'
import { encodeSummary } from '@/lib/summary/codec'
import { addEvent, emptyEvents } from '@/lib/summary/events'
import type { EventsSummary } from '@/lib/summary/types'

interface EventsBucket {
  readonly versionId: number
  readonly level: BucketLevel
  readonly startMs: number
  readonly events: EventsSummary
}

/** Events of many buckets. They are kept under no profile: a click is one whatever the reference. */
export class EventDeltas {
  private readonly buckets = new Map<string, EventsBucket>()

  /** @param minutesFromMs records before this instant have no minute bucket */
  constructor(private readonly minutesFromMs: number) {}

  /** Counts an event of a record in the record's buckets. */
  add(versionId: number, recordMs: number, event: string): void {
    for (const level of BUCKET_LEVELS) {
      if (level === 'minute' && recordMs < this.minutesFromMs) continue
      const startMs = alignDown(recordMs, BUCKET_SIZE_MS[level])
      const key = `${versionId} ${level} ${startMs}`
      const bucket = this.buckets.get(key) ?? { versionId, level, startMs, events: emptyEvents() }
      this.buckets.set(key, bucket)
      addEvent(bucket.events, event)
    }
  }

  deltas(): SummaryDelta[] {
    return [...this.buckets.values()].map(({ versionId, level, startMs, events }) => ({
      key: { versionId, profileId: NO_PROFILE, level, startMs, columnId: EVENTS_SERIES },
      bytes: encodeSummary(events),
    }))
  }
}
