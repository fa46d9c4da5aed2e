/** Owns the summary of the events of a bucket's records: how many of the records had each. */
import type { ByteReader, ByteWriter } from '@/lib/summary/bytes'
import type { EventsSummary } from '@/lib/summary/types'

/** More names than a model may have, as a bound on what is decoded. */
const MAX_NAMES = 1_000

/** The summary of no events. */
export function emptyEvents(): EventsSummary {
  return { kind: 'events', counts: new Map() }
}

/** Counts one more record that had this event. */
export function addEvent(summary: EventsSummary, event: string): void {
  summary.counts.set(event, (summary.counts.get(event) ?? 0) + 1)
}

export function mergeEvents(a: EventsSummary, b: EventsSummary): EventsSummary {
  const counts = new Map(a.counts)
  for (const [event, count] of b.counts) counts.set(event, (counts.get(event) ?? 0) + count)
  return { kind: 'events', counts }
}

export function writeEvents(writer: ByteWriter, { counts }: EventsSummary): void {
  writer.varint(counts.size)
  for (const event of [...counts.keys()].sort()) {
    writer.text(event)
    writer.varint(counts.get(event) ?? 0)
  }
}

/** @throws RangeError for bytes that are no such summary */
export function readEvents(reader: ByteReader): EventsSummary {
  const size = reader.varint()
  if (size > MAX_NAMES) throw new RangeError('an encoded summary has no such number of events')
  const counts = new Map<string, number>()
  for (let left = size; left > 0; left--) counts.set(reader.text(), reader.varint())
  return { kind: 'events', counts }
}
