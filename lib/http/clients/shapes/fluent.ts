/** Owns requests as Fluent Bit 5.1 and Fluentd 1.19 make them. For tests only. */
import { gzipSync } from 'node:zlib'
import { Encoder, ExtData } from '@msgpack/msgpack'
import { LINES, membersOf, quoted, type Shape } from '@/lib/http/clients/shapes/shape'

/** Ruby's net/http adds the first three. */
const RUBY = {
  'accept-encoding': 'gzip;q=1.0,deflate;q=0.6,identity;q=0.3',
  accept: '*/*',
  'user-agent': 'Ruby',
}
const BIT = { 'user-agent': 'Fluent-Bit' }
const PATH = '/api/v1/ingest/fluent'

/** With the JSON parser the fields stand at the top, after the time of the line. */
const parsed = LINES.map((line, i) => `{"date":1795251602.${120_000 + i},${membersOf(line)}}`)
/** Without a parser the line stays text. */
const tailed = LINES.map((line, i) => `{"date":1795251602.${120_000 + i},"log":${quoted(line)}}`)

/** Event time as Fluent Bit packs it: extension 0 with seconds and nanoseconds. */
function eventTime(index: number): ExtData {
  const bytes = Buffer.alloc(8)
  bytes.writeUInt32BE(1_795_251_602, 0)
  bytes.writeUInt32BE(120_000_000 + index, 4)
  return new ExtData(0, bytes)
}

function packed(values: readonly unknown[]): Buffer {
  const encoder = new Encoder()
  return Buffer.concat(values.map((value) => encoder.encode(value)))
}

export const FLUENT_SHAPES: readonly Shape[] = [
  {
    name: 'Fluent Bit, http with format json (its default), parsed lines',
    path: PATH,
    headers: { ...BIT, 'content-type': 'application/json' },
    body: `[${parsed.join(',')}]`,
    model: 'fluent',
  },
  {
    name: 'Fluent Bit, http with format json, lines left as text',
    path: PATH,
    headers: { ...BIT, 'content-type': 'application/json', 'x-tag': 'tail.0' },
    body: `[${tailed.join(',')}]`,
    model: 'fluent',
  },
  {
    name: 'Fluent Bit, http as it is printed: json_lines, no date, gzip',
    path: PATH,
    headers: { ...BIT, 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' },
    body: gzipSync(LINES.map((line) => `${line}\n`).join('')),
    model: 'fluent',
  },
  {
    name: 'Fluent Bit, http with json_stream: objects glued together',
    path: PATH,
    headers: { ...BIT, 'content-type': 'application/json' },
    body: parsed.join(''),
    model: 'fluent',
  },
  {
    name: 'Fluent Bit, http with what it took as OpenTelemetry: a flat body, the metadata beside it',
    path: PATH,
    headers: { ...BIT, 'content-type': 'application/json' },
    body: '[{"date":1795251602.12,"__internal__":{"group_attributes":{"resource":{"attributes":{"service.name":"api"}},"scope":{}},"log_metadata":{"otlp":{"severity_number":9}}},"prediction_id":"a-1","prediction":"approved","income":52.5}]',
    model: 'fluent',
    stored: [{ id: 'a-1', features: { income: 52.5 }, prediction: 'approved' }],
  },
  {
    name: 'Fluent Bit, http with format msgpack: the chunk as it is',
    path: PATH,
    headers: { ...BIT, 'content-type': 'application/msgpack' },
    body: packed(LINES.map((line, i) => [[eventTime(i), {}], { log: line }])),
    model: 'fluent',
  },
  {
    name: 'Fluent Bit, es: bulk with create',
    path: '/es/_bulk',
    headers: { ...BIT, 'content-type': 'application/x-ndjson', authorization: 'Basic {basic}' },
    body: LINES.map(
      (line) =>
        `{"create":{"_index":"fluent","_type":"_doc"}}\n{"@timestamp":"2026-11-21T09:00:02.120Z",${membersOf(line)}}\n`,
    ).join(''),
    model: 'fluent',
    // A longer reply than its buffer of 4 KiB is cut, and searched for these bytes.
    answer: /^application\/json \{"took":\d+,"errors":false,"items":\[/,
  },
  {
    name: 'Fluent Bit, splunk: events of the HTTP collector, glued, without a type',
    path: '/services/collector/event',
    headers: { ...BIT, authorization: 'Splunk {key}' },
    body: LINES.map((line, i) => `{"time":1795251602.${120 + i},"source":"fluent","event":${line}}`).join(''),
    model: 'fluent',
  },
  {
    name: 'Fluent Bit, loki: a stream with lines',
    path: '/loki/api/v1/push',
    headers: { ...BIT, 'content-type': 'application/json' },
    status: 204,
    body: `{"streams":[{"stream":{"job":"fluent-bit","model":"fluent"},"values":[${LINES.map((line, i) => `["17952516021200000${i}0",${quoted(line)}]`).join(',')}]}]}`,
    model: 'fluent',
  },
  {
    name: 'Fluentd, http with its defaults: lines under application/x-ndjson',
    path: PATH,
    headers: { ...RUBY, 'content-type': 'application/x-ndjson' },
    body: LINES.map((line) => `{"message":${quoted(line)}}\n`).join(''),
    model: 'fluent',
  },
  {
    name: 'Fluentd, http as it is printed: single_value',
    path: PATH,
    headers: { ...RUBY, 'content-type': 'application/x-ndjson' },
    body: LINES.map((line) => `${line}\n`).join(''),
    model: 'fluent',
  },
  {
    name: 'Fluentd, http with json_array: a line feed before each comma, and Basic',
    path: PATH,
    headers: { ...RUBY, authorization: 'Basic {basic}', 'content-type': 'application/json' },
    body: `[${LINES.join('\n,')}\n]`,
    model: 'fluent',
  },
  {
    name: 'Fluentd, http with format msgpack: one map after another',
    path: PATH,
    headers: { ...RUBY, 'content-type': 'application/x-msgpack' },
    body: packed(LINES.map((line) => JSON.parse(line))),
    model: 'fluent',
  },
]
