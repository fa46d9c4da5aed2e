/** Owns collecting what events add to the buckets of their records. */
import { EVENTS_SERIES, type SummaryDelta } from '@/db/contracts/series-store'
import { RecordBuckets } from '@/lib/services/summaries/record-buckets'
import { addEvent, emptyEvents } from '@/lib/summary/events'
import type { EventsSummary } from '@/lib/summary/types'

/** Events of many buckets: a click is one whatever the reference. */
export class EventDeltas {
  private readonly buckets: RecordBuckets<EventsSummary>

  /** @param minutesFromMs records before this instant have no minute bucket */
  constructor(minutesFromMs: number) {
    this.buckets = new RecordBuckets(EVENTS_SERIES, minutesFromMs, emptyEvents)
  }

  /** Counts an event of a record in the record's buckets. */
  add(versionId: number, recordMs: number, event: string): void {
    this.buckets.count(versionId, recordMs, (events) => addEvent(events, event))
  }

  deltas(): SummaryDelta[] {
    return this.buckets.deltas((events) => events)
  }
}
