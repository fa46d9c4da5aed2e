/** Owns the ready configuration of BentoML's monitoring. */
import type { Shipper } from '@/lib/domain/shippers/shipper'

export const BENTOML: Shipper = {
  id: 'bentoml',
  name: 'BentoML',
  group: 'Serving stacks',
  language: 'yaml',
  place: 'the file that BENTOML_CONFIG names',
  endpoint: 'POST /v1/logs',
  config: ({ publicUrl, key }) => `# pip install "bentoml[monitor-otlp]"
version: 2
services:
  monitoring:
    enabled: true
    type: otlp
    options:
      endpoint: "${publicUrl}"   # /v1/logs is added
      headers: "Authorization=Bearer%20${key}"
      compression: gzip
`,
  notes: [
    'Log with bentoml.monitor: the name of the Bento and of the monitor become the model, and the roles of its columns (feature, prediction, target) are understood.',
    'It sends as the OpenTelemetry SDK does: records wait in memory, and a batch is given up after about a minute.',
  ],
}
