/** Owns the ready configuration of Fluent Bit's http output. */
import { ingestPath, originOf, recordFile, type Shipper } from '@/lib/domain/shippers/shipper'

export const FLUENT_BIT: Shipper = {
  id: 'fluent-bit',
  name: 'Fluent Bit',
  group: 'Log shippers',
  language: 'yaml',
  place: '/etc/fluent-bit/fluent-bit.yaml',
  endpoint: 'POST /api/v1/ingest/{model}',
  config: ({ publicUrl, key, model }) => {
    const { host, port, isTls } = originOf(publicUrl)
    return `service:
  flush: 1
  storage.path: /var/lib/fluent-bit/storage
  storage.sync: normal
  scheduler.cap: 30              # seconds between tries at most; 2000 if left out

parsers:
  - name: predictions
    format: json

pipeline:
  inputs:
    - name: tail
      path: "${recordFile(model)}"
      parser: predictions
      read_from_head: true
      buffer_max_size: 1M        # longer lines stop the file; 32 KiB if left out
      db: /var/lib/fluent-bit/predictions.db
      storage.type: filesystem
  outputs:
    - name: http
      match: "*"
      host: "${host}"
      port: ${port}
      tls: ${isTls ? 'on' : 'off'}
      uri: "${ingestPath(model)}"
      header: Authorization Bearer ${key}
      format: json_lines
      json_date_key: false       # the records have a time of their own
      compress: gzip
      retry_limit: no_limits     # one more try, then the records are dropped, if left out
`
  },
  notes: [
    'Fluent Bit tries again on 408, 429, 5xx and broken connections. On any other refusal it drops the chunk: make the new key before you revoke the old one.',
    'Older versions read the classic format: the same names and values, one section for each.',
  ],
}
