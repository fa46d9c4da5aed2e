/** Owns the ready code for the OpenTelemetry SDK in Python. */
import type { Shipper } from '@/lib/domain/shippers/shipper'

export const OTEL_PYTHON: Shipper = {
  id: 'otel-python',
  name: 'OpenTelemetry SDK, Python',
  group: 'OpenTelemetry',
  language: 'python',
  place: 'your service',
  endpoint: 'POST /v1/logs',
  config: ({
    publicUrl,
    key,
    model,
  }) => `# pip install opentelemetry-sdk opentelemetry-exporter-otlp-proto-http
import logging

from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource

provider = LoggerProvider(resource=Resource.create({"service.name": "${model}"}))
provider.add_log_record_processor(
    BatchLogRecordProcessor(
        OTLPLogExporter(
            endpoint="${publicUrl}/v1/logs",
            headers={"Authorization": "Bearer ${key}"},
            compression=Compression.Gzip,
        )
    )
)
predictions = logging.getLogger("predictions")
predictions.setLevel(logging.INFO)
predictions.propagate = False
predictions.addHandler(LoggingHandler(logger_provider=provider))

predictions.info({
    "version": "1",
    "prediction_id": "req-1",
    "features": {"income": 4.2, "region": "EU"},
    "prediction": "approved",
    "prediction_score": 0.91,
    "latency_ms": 12,
})

# Before the process ends:
provider.shutdown()
`,
  notes: [
    'The SDK keeps at most 2,048 records in memory and gives a batch up after about a minute: a longer stop of Plumbline, or a crash of your service, loses records.',
    'To lose none, send to a Collector beside your service, or write lines to a file that a log shipper reads.',
  ],
}
