/** Owns the ready configuration of syslog-ng's http() destination. */
import { ingestUrl, recordFile, type Shipper } from '@/lib/domain/shippers/shipper'

export const SYSLOG_NG: Shipper = {
  id: 'syslog-ng',
  name: 'syslog-ng',
  group: 'Log shippers',
  language: 'conf',
  place: '/etc/syslog-ng/conf.d/plumbline.conf',
  endpoint: 'POST /api/v1/ingest/{model}',
  config: (target) => `source s_plumbline {
  file("${recordFile(target.model)}"
    flags(no-parse)          # each line is a record already
    follow-freq(1)
    log-msg-size(1048576));  # longer lines would be cut
};

destination d_plumbline {
  http(
    url("${ingestUrl(target)}")
    method("POST")
    headers("Authorization: Bearer ${target.key}", "Content-Type: application/x-ndjson")
    body("\${MSG}")
    delimiter("\\n")
    batch-lines(1000) batch-bytes(1000Kb) batch-timeout(1000)
    timeout(30)
    time-reopen(2)           # seconds between tries; 60 if left out
    retries(1000000)         # for the 504 of a proxy: dropped after 3 if left out
    disk-buffer(reliable(yes) disk-buf-size(1073741824) mem-buf-size(16777216)
      dir("/var/lib/syslog-ng"))
  );
};

log { source(s_plumbline); destination(d_plumbline); flags(flow-control); };
`,
  notes: [
    'Needs the packages syslog-ng-core and syslog-ng-mod-http. The file holds a key: chmod 600.',
    'Without batch-lines, delimiter and the content type, syslog-ng sends one record a request.',
    'It tries again for ever while the key is refused (401), and drops a batch in which every record is malformed (422): those are listed below as refused.',
  ],
}
