/**
 * Owns what a log record of OpenTelemetry means as a prediction. Looked up in this order: the body if it is a map, else
 * the body's text as JSON, then the attributes; what none of them names comes from the scope, the resource, and the
 * fields of the log record itself. Knows neither of its two encodings.
 */
import { openEnvelope } from '@/lib/ingest/collect-fields'
import { ALIAS_OF, FIELD } from '@/lib/ingest/field-aliases'
import { isBento, readBento } from '@/lib/ingest/formats/bento'
import { isObject, type JsonObject, type JsonValue, setOwn } from '@/lib/ingest/json-value'

/** A log record, its values plain. */
export interface OtlpLog {
  /** timeUnixNano, else observedTimeUnixNano, in milliseconds; 0: neither. */
  atMs: number
  severity: number
  body: JsonValue | undefined
  attributes: JsonObject
  traceId: string
  eventName: string
}

export function emptyLog(): OtlpLog {
  return { atMs: 0, severity: 0, body: undefined, attributes: {}, traceId: '', eventName: '' }
}

/** SEVERITY_NUMBER_ERROR of the specification. */
const ERROR_SEVERITY = 17
const FEATURE = /^features?\./
const TAG = /^tags?\./
/** What makes attributes without named features a prediction, and no log line of any other kind. */
const MARKS: readonly number[] = [FIELD.id, FIELD.prediction, FIELD.score, FIELD.actual]
const SHARED: readonly number[] = [FIELD.model, FIELD.version, FIELD.environment]
/** What logging libraries and the Collector add: where a log record comes from is no feature of a prediction. */
const ORIGIN =
  /^(?:code\.(?:file|function|line|column|namespace|stacktrace)|log\.(?:file|record)\.|log\.iostream$|exception\.|thread\.(?:id|name)$|otel(?:SpanID|TraceID|TraceSampled|ServiceName)$)/
const MAX_KNOWN_NAMES = 1_000

/** Model, version and environment that resource and scope give to all their records. */
export function sharedFields(resource: JsonObject, scope: JsonObject): JsonObject {
  const shared: JsonObject = {}
  for (const attributes of [resource, scope]) {
    for (const key in attributes) {
      const name = fieldName(key)
      const alias = name === null ? undefined : ALIAS_OF.get(name)
      if (alias !== undefined && SHARED.includes(alias.field))
        shared[alias.name] = attributes[key] as JsonValue
    }
  }
  return shared
}

/** The log record as an object with the names that records have. */
export function otlpRecord(log: OtlpLog, maxDepth: number): JsonObject | 'too_deep' {
  const body = isObject(log.body) ? log.body : openEnvelope(log.body, maxDepth)
  if (body === 'too_deep') return body
  const raw = body === undefined ? {} : isBento(body) ? readBento(body) : body
  const present = new Set<number>()
  for (const key in raw) {
    const alias = ALIAS_OF.get(key)
    if (alias !== undefined && raw[key] !== null) present.add(alias.field)
  }
  addAttributes(raw, log.attributes, present, body === undefined)
  if (log.atMs > 0 && !present.has(FIELD.time)) raw.timestamp = log.atMs
  if (log.traceId !== '' && !present.has(FIELD.trace)) raw.trace_id = log.traceId
  if (log.severity >= ERROR_SEVERITY && !present.has(FIELD.level)) raw.level = 'error'
  if (log.eventName !== '' && !present.has(FIELD.tags)) raw.tags = { event: log.eventName }
  return raw
}

/** Adds what the attributes know and `raw` does not. */
function addAttributes(raw: JsonObject, attributes: JsonObject, present: Set<number>, alone: boolean): void {
  const features: JsonObject = {}
  const tags: JsonObject = {}
  const others: string[] = []
  const before = new Set(present)
  for (const key in attributes) {
    const value = attributes[key] as JsonValue
    const name = fieldName(key)
    const field = name === null ? undefined : ALIAS_OF.get(name)?.field
    if (name !== null && field !== undefined) {
      if (before.has(field)) continue
      raw[name] = value
      present.add(field)
    } else if (FEATURE.test(key)) setOwn(features, key.replace(FEATURE, ''), value)
    else if (TAG.test(key)) setOwn(tags, key.replace(TAG, ''), value)
    else if (alone && !ORIGIN.test(key)) others.push(key)
  }
  if (hasKeys(features) && !present.has(FIELD.features)) {
    raw.features = features
    present.add(FIELD.features)
  }
  if (hasKeys(tags) && !present.has(FIELD.tags)) {
    raw.tags = tags
    present.add(FIELD.tags)
  }
  if (alone && !present.has(FIELD.features) && MARKS.some((field) => present.has(field)))
    for (const key of others) setOwn(raw, key, attributes[key] as JsonValue)
}

function hasKeys(object: JsonObject): boolean {
  for (const _ in object) return true
  return false
}

const fieldNames = new Map<string, string | null>()

/** The name of a field for the key of an attribute: dots stand where we write underscores. */
function fieldName(key: string): string | null {
  let name = fieldNames.get(key)
  if (name === undefined) {
    const plain = key.replaceAll('.', '_')
    name = ALIAS_OF.has(key) ? key : ALIAS_OF.has(plain) ? plain : null
    // Keys come from outside: what is remembered is bounded.
    if (fieldNames.size < MAX_KNOWN_NAMES && key.length < 100) fieldNames.set(key, name)
  }
  return name
}
