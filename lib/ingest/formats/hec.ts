/** Owns reading the bodies of Splunk's HTTP Event Collector: events one after another, or bare lines of a source. */
import { AppError } from '@/lib/domain/errors'
import { openEnvelope } from '@/lib/ingest/collect-fields'
import { REFUSAL_CODES, type RefusalCode } from '@/lib/ingest/fault'
import { isDeeper } from '@/lib/ingest/formats/depth'
import { addFields, fieldsOf } from '@/lib/ingest/formats/side-fields'
import { tooManyRecords, undecodable } from '@/lib/ingest/formats/undecodable'
import { isObject, type JsonValue, own, parseAny } from '@/lib/ingest/json-value'
import { refusedText } from '@/lib/ingest/malformed'
import type { BodyReader, ReadLimits, RecordSink } from '@/lib/ingest/read-records'
import { type Scan, scanJson } from '@/lib/ingest/scan-json'

const NEWLINE = 0x0a
const CHUNK_BYTES = 256 * 1024
const NO_EVENT = 'The event holds no JSON object: only predictions can be read here.'

/**
 * Reads events glued together, one a line, or in a list. One that is no JSON is refused by itself; where that leaves no
 * telling where the next begins, it begins on the next line.
 * @throws AppError as BodyReader says
 */
export const readHecEvents: BodyReader = function* (bytes, limits, sink) {
  const scan = scanJson(bytes, limits)
  if (scan.state === 'too_many') throw tooManyRecords(limits)
  if (scan.state === 'ok') {
    if (scan.values.length === 0) throw noData()
    yield* readSpans(bytes, scan, limits, sink)
  } else if (hasWholeEvent(bytes, limits)) yield* readLines(bytes, limits, sink)
  else throw undecodable('Invalid data format')
}

function* readSpans(bytes: Buffer, scan: Scan, limits: ReadLimits, sink: RecordSink): Generator<void> {
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

/** Of a body that is broken somewhere: the whole events of each line, up to where the line breaks. */
function* readLines(bytes: Buffer, limits: ReadLimits, sink: RecordSink): Generator<void> {
  let left = limits.maxRecords
  for (const [start, end] of linesOf(bytes)) {
    const { scan, until } = scanWhole(bytes, { ...limits, maxRecords: left }, start, end)
    left -= scan.spans.length / 2 + (until < end ? 1 : 0)
    if (scan.state === 'too_many' || left < 0) throw tooManyRecords(limits)
    yield* readSpans(bytes, scan, limits, sink)
    if (until < end) refuse(sink, 'malformed_json', refusedText(bytes, until, end))
  }
}

function hasWholeEvent(bytes: Buffer, limits: ReadLimits): boolean {
  for (const [start, end] of linesOf(bytes)) {
    const { scan } = scanWhole(bytes, limits, start, end)
    if (scan.values.some(({ kind }) => kind === 'object')) return true
  }
  return false
}

/** A scan of the values of a line that are whole, and where they end. */
function scanWhole(bytes: Buffer, limits: ReadLimits, start: number, end: number) {
  const scan = scanJson(bytes, limits, start, end)
  if (scan.state !== 'broken') return { scan, until: end }
  // The value that is broken is the last that was found.
  const until = scan.values.at(-1)?.start ?? end
  return { scan: scanJson(bytes, limits, start, until), until }
}

function* linesOf(bytes: Buffer): Generator<readonly [start: number, end: number]> {
  for (let start = 0; start < bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start)
    const end = newline < 0 ? bytes.length : newline
    if (start < end) yield [start, end]
    start = end + 1
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
    for (const [start, end] of linesOf(bytes)) {
      const isLarge = end - start > limits.maxRecordBytes
      const line = isLarge ? '{' : bytes.toString('utf8', start, end).trim()
      if (line === '') continue
      if (++count > limits.maxRecords) throw tooManyRecords(limits)
      const raw = isLarge ? undefined : openEnvelope(line, limits.maxDepth)
      if (raw === undefined || raw === 'too_deep') {
        const code = isLarge ? 'record_too_large' : (raw ?? 'malformed_json')
        refuse(sink, code, refusedText(bytes, start, end))
      } else sink.record(raw, shared)
      if (end - restedAt > CHUNK_BYTES) {
        restedAt = end
        yield
      }
    }
    if (count === 0) throw noData()
  }
}

function noData(): AppError {
  return new AppError('invalid', 'No data', { reason: 'empty_body' })
}

function refuse(
  sink: RecordSink,
  code: RefusalCode,
  raw: string,
  message: string = REFUSAL_CODES[code],
): void {
  sink.refuse({ code, field: null, message }, raw)
}
