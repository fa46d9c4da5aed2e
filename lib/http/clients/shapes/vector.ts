/** Owns requests as Vector 0.58 makes them, by its sinks for HTTP, Elasticsearch, Splunk and Loki. For tests only. */
import { deflateSync, gzipSync } from 'node:zlib'
import { LINES, quoted, type Shape } from '@/lib/http/clients/shapes/shape'

const AGENT = { 'user-agent': 'Vector/0.58.0 (x86_64-unknown-linux-gnu)', 'accept-encoding': 'identity' }
const PATH = '/api/v1/ingest/vector'

/** What the file source makes of a line. */
const events = LINES.map(
  (line) =>
    `{"file":"/var/log/fraud/predictions.jsonl","host":"prod-3","message":${quoted(line)},"source_type":"file","timestamp":"2026-11-21T09:00:02.123456789Z"}`,
)

/** Of its codecs only json with lines loses the last line feed. */
const TEXT = LINES.map((line) => `${line}\n`).join('')

export const VECTOR_SHAPES: readonly Shape[] = [
  {
    name: 'Vector, http sink with codec json (its default): an array',
    path: PATH,
    headers: { ...AGENT, 'content-type': 'application/json' },
    body: `[${events.join(',')}]`,
    model: 'vector',
  },
  {
    name: 'Vector, http sink with lines, gzip: the last line feed is cut',
    path: PATH,
    headers: { ...AGENT, 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' },
    body: gzipSync(events.join('\n')),
    model: 'vector',
  },
  {
    name: 'Vector, http sink as it is printed: codec text, lines as they are',
    path: PATH,
    headers: { ...AGENT, 'content-type': 'text/plain', 'content-encoding': 'gzip' },
    body: gzipSync(TEXT),
    model: 'vector',
  },
  {
    name: 'Vector, http sink with compression zlib, sent as deflate',
    path: PATH,
    headers: { ...AGENT, 'content-type': 'text/plain', 'content-encoding': 'deflate' },
    body: deflateSync(TEXT),
    model: 'vector',
  },
  {
    name: 'Vector, http sink with payload_prefix and payload_suffix',
    path: PATH,
    headers: { ...AGENT, 'content-type': 'application/json' },
    body: `{"data":[${events.join(',')}]}`,
    model: 'vector',
  },
  {
    name: 'Vector, elasticsearch sink: told of version 8 or so, it names no type',
    path: '/es/_bulk?timeout=60s',
    headers: {
      ...AGENT,
      'accept-encoding': 'gzip',
      authorization: 'Basic {basic}',
      'content-type': 'application/x-ndjson',
      'content-encoding': 'gzip',
    },
    body: gzipSync(events.map((event) => `{"index":{"_index":"vector"}}\n${event}\n`).join('')),
    model: 'vector',
    // The bytes `"errors":true` anywhere would make the whole batch a rejected one.
    answer: /^application\/json \{"took":\d+,"errors":false,/,
  },
  {
    name: 'Vector, elasticsearch sink with api_version v6: a type',
    path: '/es/_bulk?timeout=60s',
    headers: { ...AGENT, authorization: 'Basic {basic}', 'content-type': 'application/x-ndjson' },
    body: events.map((event) => `{"index":{"_index":"vector","_type":"_doc"}}\n${event}\n`).join(''),
    model: 'vector',
  },
  {
    name: 'Vector, splunk_hec_logs sink: events glued together, the time last',
    path: '/services/collector/event',
    headers: {
      ...AGENT,
      authorization: 'Splunk {key}',
      'content-type': 'application/json',
      'content-encoding': 'gzip',
      'x-splunk-request-channel': '0b8b9c6e-5a2e-4f0c-9b53-3c1b5f1f8d11',
    },
    body: gzipSync(
      LINES.map(
        (line) =>
          `{"event":{"file":"/var/log/fraud/predictions.jsonl","message":${quoted(line)},"source_type":"file"},"fields":{},"time":1795251602.123,"host":"prod-3","source":"vector"}`,
      ).join(''),
    ),
    model: 'vector',
    // With an ackId it would ask for acknowledgements, which there are none of.
    answer: /^application\/json \{"text":"Success","code":0\}$/,
  },
  {
    name: 'Vector, loki sink with codec text and no compression: no other answer than 204 is success',
    path: '/loki/api/v1/push',
    headers: { ...AGENT, 'content-type': 'application/json' },
    body: `{"streams":[{"stream":{"model":"vector"},"values":[${LINES.map((line, i) => `["179525160212345678${i}",${quoted(line)}]`).join(',')}]}]}`,
    status: 204,
    model: 'vector',
  },
]
