/** Owns requests as Amazon Data Firehose and BentoML make them. For tests only. */
import { gzipSync } from 'node:zlib'
import { LINES, type Shape } from '@/lib/http/clients/shapes/shape'
import { encodeOtlp } from '@/lib/ingest/formats/testing'

const FIREHOSE_ID = 'ed1d787c-b9e2-4631-92dc-8e7c9d26d804'
const DELIVERY = `{"requestId":"${FIREHOSE_ID}","timestamp":1795251605000,"records":[${LINES.map(
  (line) => `{"data":"${Buffer.from(`${line}\n`).toString('base64')}"}`,
).join(',')}]}`
const FIREHOSE = {
  'user-agent': 'Amazon Kinesis Data Firehose Agent/1.0',
  'content-type': 'application/json',
  'x-amz-firehose-protocol-version': '1.0',
  'x-amz-firehose-request-id': FIREHOSE_ID,
  'x-amz-firehose-source-arn': 'arn:aws:firehose:eu-west-1:111122223333:deliverystream/plumbline',
  'x-amz-firehose-access-key': '{key}',
  'x-amzn-trace-id': 'Root=1-5f5fbf1c-877c68cace58bea222ddbeec',
}
/** Its type, the id of the request, and the time in milliseconds: else it sends again. */
const DELIVERED = new RegExp(`^application/json \\{"requestId":"${FIREHOSE_ID}","timestamp":\\d{13}[,}]`)

const text = (stringValue: string) => ({ stringValue })
const map = (members: Readonly<Record<string, object>>) => ({
  kvlistValue: { values: Object.entries(members).map(([key, value]) => ({ key, value })) },
})
const bentoColumn = (name: string, role: string, type: string) =>
  map({ name: text(name), role: text(role), type: text(type) })
const BENTO = {
  resourceLogs: [
    {
      resource: {
        attributes: [
          { key: 'telemetry.sdk.language', value: text('python') },
          { key: 'service.name', value: text('iris_classifier:iris_prediction') },
          { key: 'service.instance.id', value: text('{component_context.bento_version}') },
        ],
      },
      scopeLogs: [
        {
          scope: { name: 'bentoml_monitor_data' },
          logRecords: [
            {
              timeUnixNano: '1795251600250000000',
              observedTimeUnixNano: '1795251600251000000',
              attributes: [
                { key: 'code.file.path', value: text('/app/bentoml/_internal/monitoring/otlp.py') },
                { key: 'code.function.name', value: text('export_data') },
                { key: 'code.line.number', value: { intValue: '203' } },
              ],
              severityNumber: 9,
              severityText: 'INFO',
              body: map({
                'sepal length': { doubleValue: 4.9 },
                'sepal width': { doubleValue: 3 },
                pred: text('setosa'),
                timestamp: { doubleValue: 1795251600.25 },
                request_id: text('6413930528999883196'),
                bento_meta: map({
                  bento_name: text('iris_classifier'),
                  bento_version: text('nkvo2cyv2c'),
                  monitor_name: text('iris_prediction'),
                  schema: map({
                    'sepal length': bentoColumn('sepal length', 'feature', 'numerical'),
                    'sepal width': bentoColumn('sepal width', 'feature', 'numerical'),
                    pred: bentoColumn('pred', 'prediction', 'categorical'),
                  }),
                }),
              }),
              traceId: '5b8efff798038103d269b633813fc60c',
              spanId: 'eee19b7ec3c1b174',
            },
          ],
        },
      ],
    },
  ],
}

export const SERVING_SHAPES: readonly Shape[] = [
  {
    name: 'Amazon Data Firehose: records in base64',
    path: '/api/v1/ingest/firehose',
    headers: FIREHOSE,
    body: DELIVERY,
    model: 'firehose',
    answer: DELIVERED,
  },
  {
    name: 'Amazon Data Firehose with content encoding gzip',
    path: '/api/v1/ingest/firehose',
    headers: { ...FIREHOSE, 'content-encoding': 'gzip' },
    body: gzipSync(DELIVERY),
    model: 'firehose',
    answer: DELIVERED,
  },
  {
    name: 'BentoML monitoring: OTLP in protobuf, its schema in bento_meta',
    path: '/v1/logs',
    headers: {
      'user-agent': 'OTel-OTLP-Exporter-Python/1.27.0',
      'content-type': 'application/x-protobuf',
      'content-encoding': 'gzip',
    },
    body: gzipSync(encodeOtlp(BENTO)),
    answer: /^application\/x-protobuf $/,
    model: 'iris_classifier:iris_prediction',
    stored: [
      {
        id: '6413930528999883196',
        features: { 'sepal length': 4.9, 'sepal width': 3 },
        prediction: 'setosa',
      },
    ],
  },
]
