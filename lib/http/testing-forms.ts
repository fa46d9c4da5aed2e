/** Owns what is sent to each route that machines send to: a good body around one record's text, in every wire format of the route. For tests. */
import { encode as encodeMsgpack } from '@msgpack/msgpack'
import * as snappy from 'snappyjs'
import { encode, encodeOtlp } from '@/lib/ingest/formats/testing'

export interface Form {
  readonly what: string
  readonly headers: Readonly<Record<string, string>>
  /** The body around the JSON text of one object; the text may be anything. */
  readonly wrap: (text: string) => string | Uint8Array
  /** What stands in `wrap` where something good is sent. */
  readonly good: string
  /** What a Content-Encoding is put around, where that is not the same. */
  readonly inside?: (text: string) => Uint8Array
  /** A body that is no text may be empty, and need not be UTF-8. */
  readonly isBinary?: boolean
  /** The type of the body is not looked at, as its protocol does not. */
  readonly isOfAnyType?: boolean
  /** What else may be answered to odd records. */
  readonly also?: readonly number[]
}

/** What a route does with a body: nothing at all, or it takes these forms. */
export type RouteForms = readonly Form[] | 'no body is read'

const JSON_TYPE = { 'content-type': 'application/json' }
const PROTOBUF = { 'content-type': 'application/x-protobuf' }
const RECORD = '{"prediction_id":"good","model":"forms","features":{"a":1},"prediction":"é"}'

const plain = (good: string): Form => ({ what: 'JSON', headers: JSON_TYPE, wrap: (text) => text, good })

const PACKED: Form = {
  what: 'MessagePack',
  headers: { 'content-type': 'application/msgpack' },
  wrap: (text) => encodeMsgpack({ log: text }),
  good: RECORD,
  isBinary: true,
}

const INGEST: RouteForms = [plain(RECORD), PACKED]
const LABELS: RouteForms = [plain('{"prediction_id":"good","model":"forms","actual":1}')]
const EVENTS: RouteForms = [plain('{"prediction_id":"good","model":"forms","event":"click"}')]
const RESOURCES: RouteForms = [plain('{"model":"forms","memory_bytes":5}')]
// A record may name a model that has no profile.
const VALIDATE: RouteForms = [{ ...plain(RECORD), also: [404] }]

const BULK: RouteForms = [
  {
    what: 'an action and a document',
    headers: { 'content-type': 'application/x-ndjson' },
    wrap: (text) => `{"create":{"_index":"forms"}}\n${text}\n`,
    good: RECORD,
    isOfAnyType: true,
  },
]

const HEC_EVENTS: RouteForms = [
  {
    what: 'an event',
    headers: {},
    wrap: (text) => `{"source":"forms","event":${text}}`,
    good: RECORD,
    isOfAnyType: true,
  },
]
const HEC_RAW: RouteForms = [
  { what: 'a line', headers: {}, wrap: (text) => text, good: RECORD, isOfAnyType: true },
]

const nowNanos = () => `${Date.now()}000000`

const lokiPush = (line: string) => {
  const timestamp = { seconds: Math.floor(Date.now() / 1_000), nanos: 0 }
  return encode('PushRequest', { streams: [{ labels: '{model="forms"}', entries: [{ timestamp, line }] }] })
}

const LOKI: RouteForms = [
  {
    what: 'JSON',
    headers: JSON_TYPE,
    wrap: (text) =>
      JSON.stringify({ streams: [{ stream: { model: 'forms' }, values: [[nowNanos(), text]] }] }),
    good: RECORD,
  },
  {
    what: 'protobuf packed without a word',
    headers: PROTOBUF,
    wrap: (text) => snappy.compress(lokiPush(text)),
    inside: lokiPush,
    good: RECORD,
    isBinary: true,
  },
]

const otlp = (text: string) => ({
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'service.name', value: { stringValue: 'forms' } }] },
      scopeLogs: [{ logRecords: [{ timeUnixNano: nowNanos(), body: { stringValue: text } }] }],
    },
  ],
})

const OTLP: RouteForms = [
  { what: 'JSON', headers: JSON_TYPE, wrap: (text) => JSON.stringify(otlp(text)), good: RECORD },
  {
    what: 'protobuf',
    headers: PROTOBUF,
    wrap: (text) => encodeOtlp(otlp(text)),
    good: RECORD,
    isBinary: true,
  },
]

/** By method and path, as the table of routes has them. */
export const FORMS_OF: Readonly<Record<string, RouteForms>> = {
  'POST /api/v1/ingest': INGEST,
  'POST /api/v1/ingest/{model}': INGEST,
  'PUT /api/v1/ingest': INGEST,
  'PUT /api/v1/ingest/{model}': INGEST,
  'POST /api/v1/labels': LABELS,
  'POST /api/v1/labels/{model}': LABELS,
  'POST /api/v1/events': EVENTS,
  'POST /api/v1/events/{model}': EVENTS,
  'POST /api/v1/resources': RESOURCES,
  'POST /api/v1/resources/{model}': RESOURCES,
  'POST /api/v1/validate': VALIDATE,
  'POST /api/v1/validate/{model}': VALIDATE,
  'POST /api/v1/markers': [plain('{"kind":"deploy","title":"good","model":"forms"}')],
  'POST /v1/logs': OTLP,
  'POST /es/_bulk': BULK,
  'PUT /es/_bulk': BULK,
  'POST /es/{index}/_bulk': BULK,
  'PUT /es/{index}/_bulk': BULK,
  'PUT /es/_ilm/policy/{name}': 'no body is read',
  'PUT /es/_index_template/{name}': 'no body is read',
  'PUT /es/_template/{name}': 'no body is read',
  'PUT /es/_data_stream/{name}': 'no body is read',
  'POST /es/_refresh': 'no body is read',
  'POST /es/{index}/_refresh': 'no body is read',
  'POST /services/collector': HEC_EVENTS,
  'POST /services/collector/event': HEC_EVENTS,
  'POST /services/collector/event/1.0': HEC_EVENTS,
  'POST /services/collector/raw': HEC_RAW,
  'POST /services/collector/raw/1.0': HEC_RAW,
  'POST /loki/api/v1/push': LOKI,
}
