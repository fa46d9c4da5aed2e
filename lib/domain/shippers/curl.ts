/** Owns the ready command for curl. */
import { SAMPLE_RECORD } from '@/lib/domain/shippers/sample-record'
import { ingestUrl, recordFile, type Shipper } from '@/lib/domain/shippers/shipper'

/** Begins the second command. */
const FILE_PART = '# A file with one record a line:'

export const CURL: Shipper = {
  id: 'curl',
  name: 'curl',
  group: 'Your own code',
  language: 'shell',
  place: 'a terminal',
  endpoint: 'POST /api/v1/ingest/{model}',
  config: (target) => `# One record, to see it arrive:
curl '${ingestUrl(target)}' \\
  -H 'Authorization: Bearer ${target.key}' \\
  -H 'Content-Type: application/json' \\
  -d '${JSON.stringify(SAMPLE_RECORD)}'

${FILE_PART}
curl '${ingestUrl(target)}' \\
  -H 'Authorization: Bearer ${target.key}' \\
  -H 'Content-Type: application/x-ndjson' \\
  --data-binary '@${recordFile(target.model)}' \\
  --retry 100 --retry-all-errors --retry-max-time 600 --fail-with-body
`,
  notes: [
    'The file has one record a line, up to 64 MiB and 50,000 records a request. Sending it again is safe: a record counts once.',
    '--retry waits as long as the answer tells it to; --retry-all-errors needs curl 7.71 or later.',
  ],
}
