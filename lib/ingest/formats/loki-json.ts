/** Owns reading Loki's push request from JSON. */
import { readLine, streamOf } from '@/lib/ingest/formats/loki'
import { msOfNanos } from '@/lib/ingest/formats/nanos'
import { findNestedLists, parseElements } from '@/lib/ingest/formats/nested-lists'
import { undecodable } from '@/lib/ingest/formats/undecodable'
import { isObject, type JsonValue, own } from '@/lib/ingest/json-value'
import type { BodyReader } from '@/lib/ingest/read-records'

const CHUNK_BYTES = 256 * 1024

/** Reads `{"streams":[{"stream":{…},"values":[["ns","line",{metadata}?]]}]}`. @throws AppError as BodyReader says */
export const readLokiJson: BodyReader = function* (bytes, limits, sink) {
  const { frame, lists } = findNestedLists(bytes, ['streams', 'values'], limits)
  const streams = isObject(frame) ? own(frame, 'streams') : undefined
  if (!Array.isArray(streams)) throw undecodable('The body holds no list of streams.')
  let read = 0
  for (const entry of streams) {
    if (!isObject(entry)) throw undecodable('A stream is no object.')
    const labels = own(entry, 'stream') ?? {}
    const numbers = own(entry, 'values')
    const spans = Array.isArray(numbers) ? lists[numbers[0] as number] : undefined
    if (!isObject(labels) || spans === undefined) throw undecodable('A stream has no labels or no values.')
    read++
    const stream = streamOf(labels)
    let first = 0
    const count = spans.length / 2
    for (let i = 0; i < count; i++) {
      const isLast = i === count - 1
      if (!isLast && (spans[2 * i + 1] as number) - (spans[2 * first] as number) < CHUNK_BYTES) continue
      for (const value of parseElements(bytes, spans, first, i)) {
        const { atMs, line, metadata } = entryOf(value)
        readLine(line, atMs, stream, metadata, limits, sink)
      }
      first = i + 1
      yield
    }
  }
  // Of two keys with one name JSON keeps the last: the lines of the first would be lost without a word.
  if (read < lists.length) throw undecodable('A list stands under a key that is there twice.')
}

function entryOf(value: JsonValue) {
  const [time, line, metadata] = Array.isArray(value) ? value : []
  if (typeof line !== 'string') throw undecodable('A value is no pair of a time and a line.')
  const nanos = Number(time)
  if (!Number.isFinite(nanos)) throw undecodable('A time is no number of nanoseconds.')
  return { atMs: msOfNanos(nanos), line, metadata: isObject(metadata) ? metadata : null }
}
