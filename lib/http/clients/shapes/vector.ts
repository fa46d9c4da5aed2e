/** Owns requests as Vector 0.58 makes them (sinks `http` and `elasticsearch`). For tests only. */
import { deflateSync, gzipSync } from 'node:zlib'
import { LINES, quoted, type Shape } from '@/lib/http/clients/shapes/shape'

const AGENT = { 'user-agent': 'Vector/0.58.0 (x86_64-unknown-linux-gnu)', accept: '*/*' }
const PATH = '/api/v1/ingest/vector'

/** What the file source makes of a line. */
const events = LINES.map(
  (line) =>
    `{"file":"/var/log/fraud/predictions.jsonl","host":"prod-3","message":${quoted(line)},"source_type":"file","timestamp":"2026-11-21T09:00:02.123456789Z"}`,
)

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
    body: gzipSync(LINES.join('\n')),
    model: 'vector',
  },
  {
    name: 'Vector, http sink with compression zlib, sent as deflate',
    path: PATH,
    headers: { ...AGENT, 'content-type': 'text/plain', 'content-encoding': 'deflate' },
    body: deflateSync(LINES.join('\n')),
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
    name: 'Vector, elasticsearch sink: an index of its own name, a type',
    path: '/es/_bulk?timeout=60s',
    headers: { ...AGENT, 'content-type': 'application/x-ndjson' },
    body: events.map((event) => `{"index":{"_index":"vector","_type":"_doc"}}\n${event}\n`).join(''),
    model: 'vector',
  },
]
