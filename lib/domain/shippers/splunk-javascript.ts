/** Owns the ready code for Splunk's logging library for JavaScript, which speaks to the HTTP Event Collector. */
import { originOf, type Shipper } from '@/lib/domain/shippers/shipper'

export const SPLUNK_JAVASCRIPT: Shipper = {
  id: 'splunk-javascript',
  name: 'Splunk logging (Node)',
  group: 'Your own code',
  language: 'javascript',
  place: 'your service',
  endpoint: 'POST /services/collector/event',
  config: ({ publicUrl, key, model }) => `// npm install splunk-logging
import splunk from 'splunk-logging'

const predictions = new splunk.Logger({
  url: '${publicUrl}/services/collector/event',
  // The library takes 8088 where no port is set.
  port: ${originOf(publicUrl).port},
  token: '${key}',
  maxBatchCount: 500,
  batchInterval: 1000,
  maxRetries: 5,
})
predictions.requestOptions.strictSSL = true
predictions.eventFormatter = (record) => record
// A batch that was answered busy is not sent again by the library: it goes back into the queue here.
predictions.error = (error, batch) => {
  const isForLater = typeof error.code !== 'number' || error.code === 9
  if (isForLater) predictions.serializedContextQueue.push(batch.message)
  else process.emitWarning('Plumbline refused records: ' + error.message)
}

predictions.send({
  metadata: { source: '${model}' },
  message: {
    version: '1',
    prediction_id: 'req-1',
    features: { income: 4.2, region: 'EU' },
    prediction: 'approved',
    prediction_score: 0.91,
    latency_ms: 12,
  },
})
`,
  notes: [
    'As it comes, the library tries again only when a connection fails, and drops what is answered busy.',
    'What waits is kept in memory: a crash of your service loses it. To lose nothing, write lines to a file that a log shipper reads.',
    'A proxy in between must not answer for Plumbline with a page of its own: the library takes any answer without a code for success.',
  ],
}
