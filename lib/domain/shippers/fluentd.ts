/** Owns the ready configuration of Fluentd's out_http. */
import { ingestUrl, recordFile, type Shipper } from '@/lib/domain/shippers/shipper'

export const FLUENTD: Shipper = {
  id: 'fluentd',
  name: 'Fluentd',
  group: 'Log shippers',
  language: 'conf',
  place: '/etc/fluent/fluentd.conf',
  endpoint: 'POST /api/v1/ingest/{model}',
  config: (target) => `<source>
  @type tail
  path ${recordFile(target.model)}
  pos_file /var/lib/fluent/predictions.pos
  read_from_head true
  tag predictions
  <parse>
    @type none                  # the lines as they are
  </parse>
</source>

<match predictions>
  @type http
  endpoint ${ingestUrl(target)}
  headers {"Authorization":"Bearer ${target.key}"}
  content_type application/x-ndjson
  # Only 503 if left out: on anything else the chunk is given up.
  retryable_response_codes 401,403,408,429,500,502,503,504
  <format>
    @type single_value
  </format>
  <buffer>
    @type file
    path /var/lib/fluent/plumbline
    chunk_limit_size 4m
    flush_interval 1s
    retry_forever true          # 72 hours if left out
    retry_max_interval 30s
    overflow_action block
  </buffer>
</match>
`,
  notes: [
    'A chunk in which every record is malformed (422) is given up: its records are listed below as refused.',
    'With Fluentd 1.17 or later, add "compress gzip" to the match section.',
  ],
}
