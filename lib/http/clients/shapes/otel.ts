/** Owns requests as the OpenTelemetry Collector, the SDK of Python and Fluent Bit's output for both make them. For tests only. */
import { gzipSync } from 'node:zlib'
import { LINES, type Shape } from '@/lib/http/clients/shapes/shape'
import { encodeOtlp } from '@/lib/ingest/formats/testing'

/** A value as OTLP writes it. */
function anyValue(value: unknown): object {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
  if (typeof value !== 'object' || value === null) return {}
  const values = Object.entries(value).map(([key, member]) => ({ key, value: anyValue(member) }))
  return { kvlistValue: { values } }
}

const text = (stringValue: string) => ({ stringValue })
/** The Collector's file receiver as it is printed: the parsed line is the body, the file an attribute. */
const collected = {
  resourceLogs: [
    {
      resource: { attributes: [{ key: 'service.name', value: text('collector') }] },
      scopeLogs: [
        {
          scope: {},
          logRecords: LINES.map((line) => ({
            observedTimeUnixNano: '1795251602120000000',
            body: anyValue(JSON.parse(line)),
            attributes: [{ key: 'log.file.name', value: text('predictions.jsonl') }],
          })),
        },
      ],
    },
  ],
}
/** Fluent Bit 5.1: the record is the body; there is a resource, but nothing in it. */
const forwarded = {
  resourceLogs: [
    {
      resource: {},
      scopeLogs: [
        {
          logRecords: LINES.map((line) => ({
            timeUnixNano: '1795251602120000000',
            body: anyValue({ model: 'collector', ...JSON.parse(line) }),
          })),
        },
      ],
    },
  ],
}
/** Python's logging with the prediction as extra fields, through the handler of the SDK. */
const logged = {
  resourceLogs: [
    {
      resource: {
        attributes: [
          { key: 'telemetry.sdk.language', value: text('python') },
          { key: 'service.name', value: text('collector') },
        ],
      },
      scopeLogs: [
        {
          scope: { name: 'predictions' },
          logRecords: [
            {
              timeUnixNano: '1795251600250000000',
              observedTimeUnixNano: '1795251600251000000',
              severityNumber: 9,
              severityText: 'INFO',
              body: text('predicted'),
              attributes: [
                { key: 'prediction_id', value: text('a-1') },
                { key: 'prediction', value: text('approved') },
                { key: 'income', value: { doubleValue: 52.5 } },
                { key: 'code.file.path', value: text('/app/serve.py') },
                { key: 'code.function.name', value: text('predict') },
                { key: 'code.line.number', value: { intValue: '42' } },
              ],
            },
          ],
        },
      ],
    },
  ],
}
/** Type and body: with another type it would not look for what was refused. */
const TAKEN = /^application\/x-protobuf $/

export const OTEL_SHAPES: readonly Shape[] = [
  {
    name: 'OpenTelemetry Collector, otlp_http as it is printed: protobuf in gzip',
    path: '/v1/logs',
    headers: {
      'user-agent': 'OpenTelemetry Collector Contrib/0.146.0 (linux/amd64)',
      'content-type': 'application/x-protobuf',
      'content-encoding': 'gzip',
      'accept-encoding': 'gzip',
    },
    body: gzipSync(encodeOtlp(collected)),
    model: 'collector',
    answer: TAKEN,
  },
  {
    name: 'OpenTelemetry Collector, otlp_http with encoding json',
    path: '/v1/logs',
    headers: {
      'user-agent': 'OpenTelemetry Collector Contrib/0.146.0 (linux/amd64)',
      'content-type': 'application/json',
      'accept-encoding': 'gzip',
    },
    body: JSON.stringify(collected),
    model: 'collector',
    answer: /^application\/json \{\}$/,
  },
  {
    name: 'OpenTelemetry SDK for Python, a log line with extra fields',
    path: '/v1/logs',
    headers: {
      'user-agent': 'OTel-OTLP-Exporter-Python/1.27.0',
      'accept-encoding': 'gzip, deflate',
      accept: '*/*',
      connection: 'keep-alive',
      'content-type': 'application/x-protobuf',
    },
    body: encodeOtlp(logged),
    model: 'collector',
    answer: TAKEN,
    stored: [{ id: 'a-1', features: { income: 52.5 }, prediction: 'approved' }],
  },
  {
    name: 'Fluent Bit, opentelemetry: protobuf, the record as the body',
    path: '/v1/logs',
    headers: { 'user-agent': 'Fluent-Bit', 'content-type': 'application/x-protobuf' },
    body: encodeOtlp(forwarded),
    model: 'collector',
    answer: TAKEN,
  },
]
