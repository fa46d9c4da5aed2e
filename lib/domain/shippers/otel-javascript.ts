/** Owns the ready code for the OpenTelemetry SDK in JavaScript. */
import type { Shipper } from '@/lib/domain/shippers/shipper'

export const OTEL_JAVASCRIPT: Shipper = {
  id: 'otel-javascript',
  name: 'OpenTelemetry SDK, JavaScript',
  group: 'OpenTelemetry',
  language: 'javascript',
  place: 'your service',
  endpoint: 'POST /v1/logs',
  config: ({
    publicUrl,
    key,
    model,
  }) => `// npm install @opentelemetry/sdk-logs @opentelemetry/resources @opentelemetry/exporter-logs-otlp-proto
import { OTLPLogExporter } from '@opentelemetry/exporter-logs-otlp-proto'
import { resourceFromAttributes } from '@opentelemetry/resources'
import { BatchLogRecordProcessor, LoggerProvider } from '@opentelemetry/sdk-logs'

const exporter = new OTLPLogExporter({
  url: '${publicUrl}/v1/logs',
  headers: { Authorization: 'Bearer ${key}' },
  compression: 'gzip',
})
const provider = new LoggerProvider({
  resource: resourceFromAttributes({ 'service.name': '${model}' }),
  processors: [new BatchLogRecordProcessor({ exporter })],
})
const predictions = provider.getLogger('predictions')

predictions.emit({
  eventName: 'ml.prediction',
  body: {
    version: '1',
    prediction_id: 'req-1',
    features: { income: 4.2, region: 'EU' },
    prediction: 'approved',
    prediction_score: 0.91,
    latency_ms: 12,
  },
})

// Before the process ends:
await provider.shutdown()
`,
  notes: [
    'The SDK keeps at most 2,048 records in memory and gives a batch up after a few tries: a longer stop of Plumbline, or a crash of your service, loses records.',
    'To lose none, send to a Collector beside your service, or write lines to a file that a log shipper reads.',
  ],
}
