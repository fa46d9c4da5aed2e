/** Owns the ready code for pino with its Elasticsearch transport. */
import type { Shipper } from '@/lib/domain/shippers/shipper'

export const PINO: Shipper = {
  id: 'pino',
  name: 'pino (Node)',
  group: 'Your own code',
  language: 'javascript',
  place: 'your service',
  endpoint: 'POST /es/_bulk',
  config: ({ publicUrl, key, model }) => `// npm install pino pino-elasticsearch@8
import pino from 'pino'

const predictions = pino(
  { base: null },
  pino.transport({
    target: 'pino-elasticsearch',
    options: {
      node: '${publicUrl}/es',
      auth: { username: 'plumbline', password: '${key}' },
      index: '${model}',
      esVersion: 8,
      flushBytes: 65536,
      flushInterval: 1000,
    },
  }),
)

predictions.info({
  version: '1',
  prediction_id: 'req-1',
  features: { income: 4.2, region: 'EU' },
  prediction: 'approved',
  prediction_score: 0.91,
  latency_ms: 12,
})
`,
  notes: [
    'The transport tries each batch four times within a moment, then drops it: a restart of Plumbline loses what is logged meanwhile.',
    'To lose nothing, let pino write to a file (pino.destination) that a log shipper reads.',
  ],
}
