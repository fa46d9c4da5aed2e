/** Owns the ready configuration of Filebeat's Elasticsearch output. */
import { originOf, recordFile, type Shipper } from '@/lib/domain/shippers/shipper'

export const FILEBEAT: Shipper = {
  id: 'filebeat',
  name: 'Filebeat',
  group: 'Log shippers',
  language: 'yaml',
  place: '/etc/filebeat/filebeat.yml',
  endpoint: 'POST /es/_bulk',
  config: ({ publicUrl, key, model }) => {
    const { host, port, isTls } = originOf(publicUrl)
    return `filebeat.inputs:
  - type: filestream
    id: predictions
    paths: ["${recordFile(model)}"]
    parsers:
      - ndjson:
          target: ""             # the fields of a record at its top
          add_error_key: true

processors:
  - drop_fields:                 # what Filebeat adds to each record
      fields: [agent, ecs, host, input, log]
      ignore_missing: true

# Plumbline is no Elasticsearch: there is nothing to set up.
setup.template.enabled: false
setup.ilm.enabled: false

output.elasticsearch:
  hosts: ["${isTls ? 'https' : 'http'}://${host}:${port}/es"]  # the port is 9200 if left out
  username: plumbline
  password: "${key}"
  index: "${model}"
  compression_level: 1
  bulk_max_size: 1000
  backoff.max: 30s
`
  },
  notes: [
    'Filebeat tries again until a batch is taken, and splits a batch that is too large (413). Records that are refused one by one are dropped by it and listed below.',
    'Its place in the file moves only when the records are stored.',
  ],
}
