/** Owns requests as Logstash, Filebeat 8, rsyslog and syslog-ng make them. For tests only. */
import { gzipSync } from 'node:zlib'
import { gzipFlushed } from '@/lib/http/clients/shapes/gzip-flushed'
import { LINES, membersOf, quoted, type Shape } from '@/lib/http/clients/shapes/shape'

const PATH = '/api/v1/ingest/logs'

/** What Logstash's file input adds to a line that the json codec has read. */
const logstash = LINES.map(
  (line) =>
    `{"@timestamp":"2026-11-21T09:00:02.120456Z","log":{"file":{"path":"/var/log/fraud/predictions.jsonl"}},"host":{"name":"prod-3"},"event":{"original":${quoted(line)}},"@version":"1",${membersOf(line)}}`,
)
/** What Filebeat adds to a line that it did not parse. */
const filebeat = LINES.map(
  (line, i) =>
    `{"@timestamp":"2026-11-21T09:00:02.12${i}Z","message":${quoted(line)},"log":{"offset":${i * 200},"file":{"path":"/var/log/fraud/predictions.jsonl","device_id":"2049","inode":"131"}},"input":{"type":"filestream"},"ecs":{"version":"8.0.0"},"host":{"name":"prod-3"},"agent":{"version":"8.15.0","ephemeral_id":"f8a1","id":"0c","name":"prod-3","type":"filebeat"}}`,
)
/** The same with the fields at the top, behind the line of the action. */
const printed = LINES.map(
  (line) => `{"create":{"_index":"logs"}}\n{"@timestamp":"2026-11-21T09:00:02.120Z",${membersOf(line)}}\n`,
)
const MANTICORE = {
  'user-agent': 'Manticore 0.9.1',
  'content-type': 'application/json',
  'accept-encoding': 'gzip,deflate',
  connection: 'Keep-Alive',
}
const BEAT = {
  'user-agent': 'Elastic-filebeat/8.15.0 (linux; amd64; 76f45fe4; 2024-08-02 17:15:22 +0000 UTC)',
  accept: 'application/json',
  'x-elastic-product-origin': 'observability',
}

export const ELASTIC_SHAPES: readonly Shape[] = [
  {
    name: 'Logstash, http as it is printed: json_batch in gzip, without what Logstash adds',
    path: PATH,
    headers: { ...MANTICORE, 'content-encoding': 'gzip' },
    body: gzipSync(
      `[${LINES.map((line) => `{"@timestamp":"2026-11-21T09:00:02.120456Z",${membersOf(line)}}`).join(',')}]`,
    ),
    model: 'logs',
  },
  {
    name: 'Logstash, http with json_batch and everything that Logstash adds',
    path: PATH,
    headers: MANTICORE,
    body: `[${logstash.join(',')}]`,
    model: 'logs',
  },
  {
    name: 'Filebeat as it is printed: the fields at the top, gzip that is flushed after each',
    path: '/es/_bulk',
    headers: {
      ...BEAT,
      authorization: 'Basic {basic}',
      'content-type': 'application/json; charset=UTF-8',
      'content-encoding': 'gzip',
      'x-elastic-uncompressed-request-length': String(printed.join('').length),
    },
    body: gzipFlushed(printed),
    model: 'logs',
    answer: /^application\/json .*"items":\[\{"create":\{.*"status":201\b/,
  },
  {
    name: 'Filebeat with its defaults: the line in message, much about the host',
    path: '/es/_bulk?filter_path=errors,items.*.error,items.*.status',
    headers: { ...BEAT, authorization: 'ApiKey {apikey}', 'content-type': 'application/json; charset=UTF-8' },
    body: filebeat.map((document) => `{"create":{"_index":"logs"}}\n${document}\n`).join(''),
    model: 'logs',
  },
  {
    name: 'rsyslog, omelasticsearch: JSON by its type, a blank last line',
    path: '/es/_bulk',
    headers: { accept: '*/*', 'content-type': 'application/json; charset=utf-8' },
    body: `${LINES.map((line) => `{"index":{"_index": "logs"}}\n${line}\n`).join('')}\n`,
    model: 'logs',
  },
  {
    name: 'rsyslog, omhttp with batch.format newline',
    path: PATH,
    headers: { accept: '*/*', 'content-type': 'text/plain' },
    body: LINES.join('\n'),
    model: 'logs',
  },
  {
    name: 'rsyslog, omhttp with batch.format jsonarray',
    path: PATH,
    headers: { accept: '*/*', 'content-type': 'application/json; charset=utf-8' },
    body: `[${LINES.join(',')}]`,
    model: 'logs',
  },
  {
    name: 'syslog-ng, http() as it is printed: lines, the last without a line feed',
    path: PATH,
    headers: {
      'user-agent': 'syslog-ng 3.38.1/libcurl 7.88.1',
      accept: '*/*',
      'content-type': 'application/x-ndjson',
    },
    body: LINES.join('\n'),
    model: 'logs',
  },
  {
    name: 'syslog-ng, http() with format-json: the line in MESSAGE, typed as a form',
    path: PATH,
    headers: {
      'user-agent': 'syslog-ng 3.38.1/libcurl 7.88.1',
      accept: '*/*',
      'x-syslog-host': 'prod-3',
      'x-syslog-facility': 'user',
      'x-syslog-level': 'notice',
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: LINES.map(
      (line) =>
        `{"SOURCE":"s_plumbline","PROGRAM":"fraud","PRIORITY":"notice","MESSAGE":${quoted(line)},"HOST_FROM":"prod-3","HOST":"prod-3","FACILITY":"user","DATE":"Nov 21 09:00:02"}`,
    ).join('\n'),
    model: 'logs',
  },
]
