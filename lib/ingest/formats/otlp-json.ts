/** Owns reading OTLP's ExportLogsServiceRequest from JSON, as proto3 writes it, with ids as hex. */
import { REFUSAL_CODES } from '@/lib/ingest/fault'
import { ALIAS_OF, FIELD } from '@/lib/ingest/field-aliases'
import { msOfNanos } from '@/lib/ingest/formats/nanos'
import { findNestedLists, parseElements } from '@/lib/ingest/formats/nested-lists'
import { type OtlpLog, otlpRecord, sharedFields } from '@/lib/ingest/formats/otlp-record'
import { undecodable } from '@/lib/ingest/formats/undecodable'
import { isObject, type JsonObject, type JsonValue, own, setOwn } from '@/lib/ingest/json-value'
import type { BodyReader, ReadLimits, RecordSink } from '@/lib/ingest/read-records'

const LISTS = ['resourceLogs', 'scopeLogs', 'logRecords']
const MAX_NESTING = 100
const CHUNK_BYTES = 256 * 1024

/** Reads the records of an ExportLogsServiceRequest. @throws AppError as BodyReader says */
export const readOtlpJson: BodyReader = function* (bytes, limits, sink) {
  const { frame, lists } = findNestedLists(bytes, LISTS, limits)
  if (!isObject(frame)) throw undecodable('The body is not an ExportLogsServiceRequest.')
  let read = 0
  for (const resourceLogs of objectsIn(frame, 'resourceLogs')) {
    const resource = attributesOf(own(resourceLogs, 'resource'))
    for (const scopeLogs of objectsIn(resourceLogs, 'scopeLogs')) {
      const shared = sharedFields(resource, attributesOf(own(scopeLogs, 'scope')))
      for (const number of listIn(scopeLogs, 'logRecords')) {
        const spans = lists[number as number]
        if (spans === undefined) throw undecodable('The entries of logRecords are no log records.')
        read++
        yield* readList(bytes, spans, shared, limits, sink)
      }
    }
  }
  // Of two keys with one name JSON keeps the last: the records of the first would be lost without a word.
  if (read < lists.length) throw undecodable('A list stands under a key that is there twice.')
}

function* readList(
  bytes: Buffer,
  spans: readonly number[],
  shared: JsonObject,
  limits: ReadLimits,
  sink: RecordSink,
): Generator<void> {
  const count = spans.length / 2
  let first = 0
  for (let i = 0; i < count; i++) {
    const isLast = i === count - 1
    if (!isLast && (spans[2 * i + 1] as number) - (spans[2 * first] as number) < CHUNK_BYTES) continue
    parseElements(bytes, spans, first, i).forEach((value, j) => {
      const size = (spans[2 * (first + j) + 1] as number) - (spans[2 * (first + j)] as number)
      readRecord(value, size, shared, limits, sink)
    })
    first = i + 1
    yield
  }
}

function readRecord(
  value: JsonValue,
  size: number,
  shared: JsonObject,
  limits: ReadLimits,
  sink: RecordSink,
): void {
  if (!isObject(value)) throw undecodable('A log record is no object.')
  const reader = new ValueReader()
  const log = size > limits.maxRecordBytes ? null : logOf(value, reader)
  const code = log === null ? 'record_too_large' : reader.deepest > limits.maxDepth + 1 ? 'too_deep' : null
  const raw = log === null || code !== null ? 'too_deep' : otlpRecord(log, limits.maxDepth)
  if (raw !== 'too_deep') sink.record(raw, shared)
  else {
    const refused = code ?? 'too_deep'
    sink.refuse({ code: refused, field: null, message: REFUSAL_CODES[refused] }, '')
  }
}

function logOf(record: JsonObject, reader: ValueReader): OtlpLog {
  const time = numberOf(own(record, 'timeUnixNano'))
  const eventName = own(record, 'eventName')
  const traceId = own(record, 'traceId')
  const body = own(record, 'body')
  return {
    atMs: msOfNanos(time > 0 ? time : numberOf(own(record, 'observedTimeUnixNano'))),
    severity: numberOf(own(record, 'severityNumber')),
    body: body === undefined || body === null ? undefined : reader.anyValue(body, 1, false),
    attributes: reader.keyValues(own(record, 'attributes'), 1),
    traceId: typeof traceId === 'string' ? traceId : '',
    eventName: typeof eventName === 'string' ? eventName : '',
  }
}

function attributesOf(holder: JsonValue | undefined): JsonObject {
  return isObject(holder) ? new ValueReader().keyValues(own(holder, 'attributes'), 1) : {}
}

/** 64-bit numbers come as text or as numbers. */
function numberOf(value: JsonValue | undefined): number {
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : 0
  return Number.isFinite(number) ? number : 0
}

class ValueReader {
  /** How deep the values read so far go. */
  deepest = 0

  keyValues(list: JsonValue | undefined, depth: number): JsonObject {
    const object: JsonObject = {}
    if (list === undefined || list === null) return object
    if (!Array.isArray(list)) throw undecodable('A list of attributes is no list.')
    for (const entry of list) {
      const key = isObject(entry) ? own(entry, 'key') : undefined
      if (!isObject(entry) || typeof key !== 'string') throw undecodable('An attribute has no key.')
      const value = own(entry, 'value')
      const exact = ALIAS_OF.get(key)?.field === FIELD.id
      setOwn(object, key, value === undefined ? null : this.anyValue(value, depth, exact))
    }
    return object
  }

  /** @param exact  whether a number that no double can hold is wanted as text */
  anyValue(value: JsonValue, depth: number, exact: boolean): JsonValue {
    if (depth > MAX_NESTING) throw undecodable(`Values are nested more than ${MAX_NESTING} levels deep.`)
    if (depth > this.deepest) this.deepest = depth
    if (value === null) return null
    if (!isObject(value)) throw undecodable('A value does not say of what kind it is.')
    for (const kind in value) {
      const inner = value[kind] as JsonValue
      switch (kind) {
        case 'stringValue':
        case 'bytesValue':
          return expect(inner, typeof inner === 'string')
        case 'boolValue':
          return expect(inner, typeof inner === 'boolean')
        case 'intValue':
          return integer(inner, exact)
        case 'doubleValue':
          return double(inner)
        case 'arrayValue':
          return this.values(inner, depth)
        case 'kvlistValue':
          return this.keyValues(isObject(inner) ? own(inner, 'values') : undefined, depth + 1)
      }
    }
    return null
  }

  private values(list: JsonValue, depth: number): JsonValue[] {
    const values = isObject(list) ? own(list, 'values') : undefined
    if (values === undefined || values === null) return []
    if (!Array.isArray(values)) throw undecodable('The values of a list are no list.')
    return values.map((value) => this.anyValue(value, depth + 1, false))
  }
}

function integer(value: JsonValue, exact: boolean): JsonValue {
  const number = typeof value === 'string' && /^-?\d{1,20}$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number)) throw wrongKind()
  return exact && !Number.isSafeInteger(number) ? String(value) : number
}

/** Text stands for what JSON has no number for; such values count as missing. */
function double(value: JsonValue): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null
  if (typeof value !== 'string') throw wrongKind()
  const number = Number(value)
  return Number.isFinite(number) && value.trim() !== '' ? number : null
}

function expect(value: JsonValue, isRight: boolean): JsonValue {
  if (!isRight) throw wrongKind()
  return value
}

function wrongKind() {
  return undecodable('A value is not of the kind that it says.')
}

/** The objects in a list; none when there is no list. */
function objectsIn(holder: JsonObject, key: string): JsonObject[] {
  return listIn(holder, key).map((item) => {
    if (!isObject(item)) throw undecodable(`An entry of ${key} is no object.`)
    return item
  })
}

function listIn(holder: JsonObject, key: string): JsonValue[] {
  const list = own(holder, key)
  if (list === undefined || list === null) return []
  if (!Array.isArray(list)) throw undecodable(`${key} is no list.`)
  return list
}
