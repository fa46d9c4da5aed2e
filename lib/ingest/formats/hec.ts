/** Owns reading the bodies of Splunk's HTTP Event Collector: events one after another, or bare lines of a source. */
import { openEnvelope } from '@/lib/ingest/collect-fields'
import { REFUSAL_CODES, type RefusalCode } from '@/lib/ingest/fault'
import { isDeeper } from '@/lib/ingest/formats/depth'
import { addFields, fieldsOf } from '@/lib/ingest/formats/side-fields'
import { tooManyRecords, undecodable } from '@/lib/ingest/formats/undecodable'
import { isObject, type JsonValue, own, parseAny } from '@/lib/ingest/json-value'
import { refusedText } from '@/lib/ingest/malformed'
import type { BodyReader, ReadLimits, RecordSink } from '@/lib/ingest/read-records'
import { type Scan, scanJson } from '@/lib/ingest/scan-json'

const CHUNK_BYTES = 256 * 1024
const NO_EVENT = 'The event holds no JSON object: only predictions can be read here.'

/**
 * Reads events glued together, one a line, or in a list. One that is no JSON is refused by itself.
 * @throws AppError as BodyReader says
 */
export const readHecEvents: BodyReader = function* (bytes, limits, sink) {
  const scan = scanJson(bytes, { maxRecords: limits.maxRecords, maxDepth: limits.maxDepth })
  if (scan.state === 'too_many') throw tooManyRecords(limits)
  if (scan.state === 'broken') throw undecodable('Invalid data format')
  if (scan.values.length === 0) throw undecodable('No data')
  let restedAt = 0
  for (const [start, end] of eventSpans(scan)) {
    const isLarge = end - start > limits.maxRecordBytes
    const event = isLarge ? null : parseAny(bytes.toString('utf8', start, end))
    // An event is nested one level deeper than the record in it.
    const isDeep = isDeeper(event, limits.maxDepth + 1)
    const code = isLarge ? 'record_too_large' : isDeep ? 'too_deep' : 'malformed_json'
    if (event === undefined || isLarge || isDeep) refuse(sink, code, refusedText(bytes, start, end))
    else readEvent(event, limits, sink)
    if (end - restedAt <= CHUNK_BYTES) continue
    restedAt = end
    yield
  }
}

function* eventSpans(scan: Scan): Generator<readonly [number, number]> {
  for (const [i, value] of scan.values.entries()) {
    const next = scan.values[i + 1]?.firstRecord ?? scan.spans.length / 2
    if (value.kind !== 'array') yield [value.start, value.end]
    else
      for (let record = value.firstRecord; record < next; record++)
        yield [scan.spans[2 * record] as number, scan.spans[2 * record + 1] as number]
  }
}

function readEvent(event: JsonValue, limits: ReadLimits, sink: RecordSink): void {
  if (!isObject(event)) {
    refuse(sink, 'wrong_shape', JSON.stringify(event))
    return
  }
  const inner = own(event, 'event')
  if (inner === undefined || inner === null || inner === '') {
    refuse(sink, 'missing_field', JSON.stringify(event), 'Event field is required.')
    return
  }
  const raw = openEnvelope(inner, limits.maxDepth)
  if (raw === undefined || raw === 'too_deep') {
    refuse(sink, raw ?? 'wrong_shape', JSON.stringify(event), raw === undefined ? NO_EVENT : undefined)
    return
  }
  const fields = own(event, 'fields')
  const known = fieldsOf(raw)
  const time = own(event, 'time')
  if (isObject(fields)) addFields(raw, fields, known)
  if (time !== undefined && time !== null && !known.has('time')) raw.timestamp = numeric(time)
  const source = own(event, 'source')
  sink.record(raw, typeof source === 'string' ? { model_id: source } : null)
}

/** Splunk takes seconds as a number or as text. */
function numeric(value: JsonValue): JsonValue {
  return typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value
}

/** A reader of lines, each a JSON object. @param source  the model of lines that name none, or null */
export function createRawReader(source: string | null): BodyReader {
  const shared = source === null ? null : { model_id: source }
  return function* (bytes, limits, sink) {
    let count = 0
    let restedAt = 0
    let start = 0
    while (start < bytes.length) {
      const newline = bytes.indexOf(0x0a, start)
      const end = newline < 0 ? bytes.length : newline
      const from = start
      start = end + 1
      const isLarge = end - from > limits.maxRecordBytes
      const line = isLarge ? '{' : bytes.toString('utf8', from, end).trim()
      if (line === '') continue
      if (++count > limits.maxRecords) throw tooManyRecords(limits)
      const raw = isLarge ? undefined : openEnvelope(line, limits.maxDepth)
      if (raw === undefined || raw === 'too_deep') {
        const code = isLarge ? 'record_too_large' : (raw ?? 'malformed_json')
        refuse(sink, code, refusedText(bytes, from, end))
      } else sink.record(raw, shared)
      if (end - restedAt > CHUNK_BYTES) {
        restedAt = end
        yield
      }
    }
    if (count === 0) throw undecodable('No data')
  }
}

function refuse(
  sink: RecordSink,
  code: RefusalCode,
  raw: string,
  message: string = REFUSAL_CODES[code],
): void {
  sink.refuse({ code, field: null, message }, raw)
}
