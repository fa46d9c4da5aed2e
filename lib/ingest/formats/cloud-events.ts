/**
 * Owns reading CloudEvents 0.3 and 1.0, alone or in batches: halves of predictions as the loggers of KServe and Seldon
 * send them, feedback, and events whose data are records.
 */
import { isAscii } from 'node:buffer'
import { type Fault, REFUSAL_CODES, type RefusalCode } from '@/lib/ingest/fault'
import { isDeeper, isLonger } from '@/lib/ingest/formats/depth'
import { feedbackId, readFeedback } from '@/lib/ingest/formats/feedback'
import type { Half, PairMeeting } from '@/lib/ingest/formats/pairs'
import { readPair } from '@/lib/ingest/formats/pairs'
import { readOutcomes } from '@/lib/ingest/formats/payload-outcomes'
import type { FeatureNames } from '@/lib/ingest/formats/payload-records'
import { readRows } from '@/lib/ingest/formats/payload-rows'
import { tooManyRecords, undecodable } from '@/lib/ingest/formats/undecodable'
import { isObject, type JsonObject, type JsonValue, own, parseAny } from '@/lib/ingest/json-value'
import { refusedText } from '@/lib/ingest/malformed'
import type { BodyReader, ReadLimits, RecordSink } from '@/lib/ingest/read-records'
import { type Scan, scanJson } from '@/lib/ingest/scan-json'

/** An attribute of an event by its name in lower case, or null. */
export type EventAttributes = (name: string) => string | null

const REQUEST = /\.inference\.request$/
const RESPONSE = /\.inference\.response$/
const FEEDBACK = /\.serving\.feedback$/
const MAX_ID_CHARACTERS = 512
/** Around the rows of a payload there are more levels than around the fields of a record. */
const MORE_LEVELS = 4
/** Bytes after which others may run. */
const CHUNK_BYTES = 256 * 1024
/** What else the loggers say of where a prediction was made. */
const TAGS = ['endpoint', 'component', 'namespace'] as const

export interface EventRules {
  /** Model named by the path, or null. */
  readonly model: string | null
  /** Attributes that stand in headers (binary mode); null when the body holds whole events (structured and batched mode). */
  readonly attributes: EventAttributes | null
  readonly meeting: PairMeeting
  /** Filled with the events of predictions that feedback tells of, as they are sent to `/api/v1/events`. */
  readonly rewards: JsonObject[]
}

/** A reader of one request that carries events. */
export function createEventReader({ model, attributes, meeting, rewards }: EventRules): BodyReader {
  return function* (bytes, limits, sink, names) {
    meeting.reset()
    rewards.length = 0
    yield* readEvents(
      bytes,
      attributes,
      limits,
      new EventReader(model, { meeting, rewards }, limits, sink, names),
    )
  }
}

/**
 * A reader of one request whose events carry labels, or whatever else says something of predictions. It is what the
 * data say that is known by an id, so that of the event is not looked at.
 * @param attributes  as in `EventRules`
 */
export function createDataReader(attributes: EventAttributes | null): BodyReader {
  return (bytes, limits, sink) =>
    readEvents(bytes, attributes, limits, new EventReader(null, null, limits, sink, undefined))
}

/** Each event by itself: a bad one of a batch is refused alone. */
function* readEvents(
  bytes: Buffer,
  attributes: EventAttributes | null,
  limits: ReadLimits,
  reader: EventReader,
): Generator<void> {
  const { maxRecords } = limits
  // A level for the event, and one to see that its data go too deep.
  const maxDepth = limits.maxDepth + MORE_LEVELS + 2
  const scan = scanJson(bytes, { maxRecords, maxDepth })
  if (scan.state === 'too_many') throw tooManyRecords(limits)
  const [whole] = scan.values
  const isOne = whole !== undefined && scan.state === 'ok' && scan.values.length === 1
  if (attributes === null && (!isOne || whole.kind === 'other')) throw undecodable(NO_EVENT)
  const encoding = isAscii(bytes) ? 'latin1' : 'utf8'
  const isBatch = attributes === null && whole?.kind === 'array'
  const isDeep = isOne && (scan.tooDeep.size > 0 || whole.depth > maxDepth)
  let restedAt = 0
  for (const [start, end, isTooDeep] of isBatch ? eachOf(scan) : [[0, bytes.length, isDeep] as const]) {
    const value = isOne && !isTooDeep ? parseAny(bytes.toString(encoding, start, end)) : undefined
    if (value === undefined) {
      if (attributes === null && !isBatch && !isTooDeep) throw undecodable(NO_EVENT)
      const code = isTooDeep ? 'too_deep' : 'malformed_json'
      reader.refuse(code, isTooDeep ? REFUSAL_CODES[code] : NO_DATA, refusedText(bytes, start, end))
    } else if (attributes === null) reader.structured(value, end - start)
    else reader.event(attributes, value, end - start)
    if (end - restedAt <= CHUNK_BYTES) continue
    restedAt = end
    yield
  }
}

function* eachOf({
  spans,
  tooDeep,
}: Scan): Generator<readonly [start: number, end: number, isTooDeep: boolean]> {
  for (let i = 0; 2 * i < spans.length; i++)
    yield [spans[2 * i] as number, spans[2 * i + 1] as number, tooDeep.has(i)]
}

class EventReader {
  private records = 0

  /** @param pairs  null where events are no predictions: all of them carry data then */
  constructor(
    private readonly model: string | null,
    private readonly pairs: Pick<EventRules, 'meeting' | 'rewards'> | null,
    private readonly limits: ReadLimits,
    private readonly sink: RecordSink,
    private readonly names: FeatureNames | undefined,
  ) {}

  /** @param size  bytes of the event */
  structured(event: JsonValue, size: number): void {
    if (!isObject(event)) {
      this.refuse('wrong_shape', 'An event is a JSON object.', textOf(event))
      return
    }
    const attributes: EventAttributes = (name) => {
      const value = own(event, name)
      return typeof value === 'string' ? value : null
    }
    const data = dataOf(event)
    if (data === undefined)
      this.refuse('missing_field', 'The event has no data that are JSON.', textOf(event), 'data')
    else this.event(attributes, data, size)
  }

  event(attributes: EventAttributes, data: JsonValue, size: number): void {
    const type = attributes('type') ?? ''
    if (isDeeper(data, this.limits.maxDepth + MORE_LEVELS))
      this.refuse('too_deep', REFUSAL_CODES.too_deep, '')
    else if (this.pairs === null) this.plain(attributes('time'), null, data, size)
    else if (REQUEST.test(type)) this.half('request', attributes, data, this.pairs.meeting)
    else if (RESPONSE.test(type)) this.half('response', attributes, data, this.pairs.meeting)
    else if (FEEDBACK.test(type)) this.feedback(attributes, data, this.pairs.rewards)
    else this.plain(attributes('time'), attributes('id'), data, size)
  }

  /** Data that are one record, or a list of them; the event's id and time count where they tell none. */
  private plain(time: string | null, id: string | null, data: JsonValue, size: number): void {
    const records = Array.isArray(data) ? data : [data]
    for (const [i, record] of records.entries()) {
      if (!isObject(record)) {
        this.refuse('wrong_shape', REFUSAL_CODES.wrong_shape, textOf(record))
        continue
      }
      if (size > this.limits.maxRecordBytes && isLonger(record, this.limits.maxRecordBytes)) {
        this.refuse('record_too_large', REFUSAL_CODES.record_too_large, textOf(record))
        continue
      }
      this.count()
      this.sink.record(
        {
          ...(id === null ? {} : { 'ce-id': records.length === 1 ? id : `${id}#${i}` }),
          ...(time === null ? {} : { 'Ce-Time': time }),
          event: record,
        },
        null,
      )
    }
  }

  private half(side: Half['side'], attributes: EventAttributes, data: JsonValue, meeting: PairMeeting): void {
    const known = this.known(attributes, data, null)
    if (known === null) return
    const { id, model } = known
    const rows = side === 'request' ? (readRows(data) ?? oneRow(data)) : null
    const outcomes = side === 'response' ? (readOutcomes(data) ?? oneOutcome(data)) : null
    if (typeof rows === 'string' || typeof outcomes === 'string' || (rows === null && outcomes === null)) {
      const message = typeof rows === 'string' ? rows : typeof outcomes === 'string' ? outcomes : UNKNOWN
      this.refuse(
        'unsupported_value',
        message,
        textOf(data),
        side === 'request' ? 'instances' : 'predictions',
      )
      return
    }
    const count = rows?.rows.length ?? outcomes?.length ?? 0
    this.count(count)
    const time = attributes('time')
    const version = isObject(data) ? own(data, 'model_version') : undefined
    const half: Half = {
      side,
      model,
      id,
      version: typeof version === 'string' && version !== '' ? version : null,
      time,
      tags: tagsOf(attributes),
      rows,
      outcomes,
    }
    const other = meeting.meet(half)
    if (other !== null) readPair(half, other, this.sink, this.names)
  }

  /** Of which request of which model an event speaks; null where it was refused for not saying so. */
  private known(attributes: EventAttributes, data: JsonValue, told: string | null) {
    const id = told ?? attributes('requestid') ?? attributes('id') ?? ''
    const model = this.model ?? attributes('inferenceservicename') ?? attributes('modelid')
    if (id === '' || id.length > MAX_ID_CHARACTERS) {
      const code = id === '' ? 'missing_field' : 'id_too_long'
      this.refuse(code, NO_REQUEST_ID, textOf(data), 'id')
      return null
    }
    if (model === null || model === '') {
      this.refuse('missing_model', REFUSAL_CODES.missing_model, textOf(data), 'model_id')
      return null
    }
    return { id, model }
  }

  private feedback(attributes: EventAttributes, data: JsonValue, into: JsonObject[]): void {
    const known = this.known(attributes, data, isObject(data) ? feedbackId(data) : null)
    if (known === null) return
    const feedback = isObject(data) ? readFeedback(data, known.id) : NO_FEEDBACK
    if ('message' in feedback) {
      this.refuse('unsupported_value', feedback.message, textOf(data), feedback.field)
      return
    }
    const { labels, rewards } = feedback
    this.count(labels.length + rewards.length)
    const time = attributes('time')
    for (const label of labels)
      this.sink.record({ model_id: known.model, ...label, ...(time ? { label_timestamp: time } : {}) }, null)
    for (const reward of rewards)
      into.push({ model_id: known.model, ...reward, ...(time ? { timestamp: time } : {}) })
  }

  refuse(code: RefusalCode, message: string, raw: string, field: string | null = null): void {
    this.count()
    const fault: Fault = { code, field, message }
    this.sink.refuse(fault, raw)
  }

  private count(records = 1): void {
    this.records += records
    if (this.records > this.limits.maxRecords) throw tooManyRecords(this.limits)
  }
}

const NO_EVENT = 'The body is no event: {"specversion", "id", "type", "source", "data"}, or a list of them.'
const NO_DATA = 'The data of the event are not JSON.'
const NO_REQUEST_ID = 'A half of a prediction, or feedback on one, needs the id of its request.'
const NO_FEEDBACK = {
  field: 'truth',
  message: 'Feedback is {"request", "response", "truth", "reward"}.',
} as const
const UNKNOWN = 'The payload is none that can be read: V1, V2, MLflow, or a single object.'

/** Data as JSON, as text of JSON, or as that in base64. */
function dataOf(event: JsonObject): JsonValue | undefined {
  const encoded = own(event, 'data_base64')
  if (typeof encoded === 'string') return parseAny(Buffer.from(encoded, 'base64').toString('utf8'))
  const data = own(event, 'data')
  if (typeof data !== 'string') return data ?? undefined
  // Version 0.3 says with an attribute what 1.0 says with the name.
  const isEncoded = own(event, 'datacontentencoding') === 'base64'
  return parseAny(isEncoded ? Buffer.from(data, 'base64').toString('utf8') : data)
}

function oneRow(data: JsonValue) {
  return isObject(data) ? { rows: [data], prefix: null } : null
}

function oneOutcome(data: JsonValue) {
  if (!isObject(data)) return null
  const isOutcome = ['prediction', 'label', 'class', 'value'].some((name) => Object.hasOwn(data, name))
  return isOutcome ? [{ prediction: data }] : null
}

function tagsOf(attributes: EventAttributes): JsonObject {
  const tags: JsonObject = {}
  for (const name of TAGS) {
    const value = attributes(name)
    if (value !== null && value !== '') tags[name] = value
  }
  return tags
}

function textOf(value: JsonValue): string {
  const text = JSON.stringify(value)
  return text.length > 2_048 ? text.slice(0, 2_048) : text
}
