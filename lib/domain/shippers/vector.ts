/** Owns the ready configuration of Vector's http sink. */
import { ingestUrl, recordFile, type Shipper } from '@/lib/domain/shippers/shipper'

export const VECTOR: Shipper = {
  id: 'vector',
  name: 'Vector',
  group: 'Log shippers',
  language: 'yaml',
  place: '/etc/vector/vector.yaml',
  endpoint: 'POST /api/v1/ingest/{model}',
  config: (target) => `sources:
  predictions:
    type: file
    include: ["${recordFile(target.model)}"]
    max_line_bytes: 1048576      # longer lines would be dropped; 100 KiB if left out

sinks:
  plumbline:
    type: http
    inputs: [predictions]
    uri: "${ingestUrl(target)}"
    method: post
    auth:
      strategy: bearer
      token: "${target.key}"
    encoding:
      codec: text                # the lines as they are
    framing:
      method: newline_delimited
    compression: gzip
    batch:
      max_bytes: 1000000
      timeout_secs: 1
    buffer:                      # on disk, and never dropping: in memory and 500 events if left out
      type: disk
      max_size: 1073741824
      when_full: block
    acknowledgements:
      enabled: true
    healthcheck:
      uri: "${ingestUrl(target)}"
`,
  notes: [
    'Vector tries again for ever on 408, 429, 5xx and broken connections. On any other refusal it drops the batch: make the new key before you revoke the old one.',
    'With acknowledgements on, its place in the file moves only when the records are stored.',
  ],
}
