/** Owns the ready configuration of Logstash's http output. */
import { ingestUrl, recordFile, type Shipper } from '@/lib/domain/shippers/shipper'

export const LOGSTASH: Shipper = {
  id: 'logstash',
  name: 'Logstash',
  group: 'Log shippers',
  language: 'ruby',
  place: '/etc/logstash/conf.d/plumbline.conf',
  endpoint: 'POST /api/v1/ingest/{model}',
  config: (target) => `input {
  file {
    path => "${recordFile(target.model)}"
    start_position => "beginning"
    codec => "json"
  }
}

filter {
  # What Logstash adds to each event.
  mutate { remove_field => ["@version", "event", "host", "log", "path"] }
}

output {
  http {
    url => "${ingestUrl(target)}"
    http_method => "post"
    format => "json_batch"       # one record a request if left out
    http_compression => true
    headers => { "Authorization" => "Bearer ${target.key}" }
    retryable_codes => [401, 403, 408, 429, 500, 502, 503, 504]
  }
}
`,
  notes: [
    'Set "queue.type: persisted" in logstash.yml: events wait in memory otherwise, and are lost when Logstash is killed.',
    'A batch in which every record is malformed (422) is not sent again by current versions; its records are listed below as refused.',
  ],
}
