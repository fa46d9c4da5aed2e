/** Owns the ready configuration of the OpenTelemetry Collector. */
import { recordFile, type Shipper } from '@/lib/domain/shippers/shipper'

export const OTEL_COLLECTOR: Shipper = {
  id: 'otel-collector',
  name: 'OpenTelemetry Collector',
  group: 'OpenTelemetry',
  language: 'yaml',
  place: '/etc/otelcol-contrib/config.yaml',
  endpoint: 'POST /v1/logs',
  config: ({ publicUrl, key, model }) => `extensions:
  file_storage:
    directory: /var/lib/otelcol/storage

receivers:
  filelog:
    include: ["${recordFile(model)}"]
    start_at: beginning
    storage: file_storage
    resource:
      service.name: "${model}"   # names the model of records that do not
    operators:
      - type: json_parser
        parse_to: body
  otlp:                          # for services that send OTLP themselves
    protocols:
      http:

exporters:
  otlp_http/plumbline:           # otlphttp/plumbline before version 0.146
    endpoint: "${publicUrl}"     # /v1/logs is added
    headers:
      Authorization: "Bearer ${key}"
    compression: gzip
    sending_queue:
      storage: file_storage      # in memory if left out
      block_on_overflow: true
    retry_on_failure:
      max_elapsed_time: 0        # for ever; 5 minutes if left out

service:
  extensions: [file_storage]
  pipelines:
    logs:
      receivers: [filelog, otlp]
      exporters: [otlp_http/plumbline]
`,
  notes: [
    'The filelog receiver and file storage are in the contrib distribution.',
    'The Collector tries again on 429, 502, 503, 504 and broken connections, and waits as long as it is told to. On any other refusal it drops the batch: make the new key before you revoke the old one.',
  ],
}
