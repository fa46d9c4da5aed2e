/** Owns the ready configuration of rsyslog's omelasticsearch. */
import { originOf, recordFile, type Shipper } from '@/lib/domain/shippers/shipper'

export const RSYSLOG: Shipper = {
  id: 'rsyslog',
  name: 'rsyslog',
  group: 'Log shippers',
  language: 'conf',
  place: '/etc/rsyslog.d/10-plumbline.conf',
  endpoint: 'POST /_bulk',
  config: ({ publicUrl, key, model }) => {
    const { host, port, isTls } = originOf(publicUrl)
    return `global(maxMessageSize="256k")  # 8k if left out: longer lines would be cut

module(load="imfile")
module(load="omelasticsearch")

template(name="plumbline" type="string" string="%msg%")  # each line is a record already

input(
  type="imfile" file="${recordFile(model)}"
  tag="plumbline" ruleset="plumbline"
)

ruleset(name="plumbline") {
  action(
    type="omelasticsearch"
    server="${isTls ? 'https' : 'http'}://${host}" serverport="${port}"
    uid="plumbline" pwd="${key}"
    searchIndex="${model}" searchType=""
    template="plumbline"
    bulkmode="on" maxbytes="1m"
    errorFile="/var/log/plumbline-refused.json"
    queue.type="LinkedList" queue.filename="plumbline" queue.saveOnShutdown="on"
    queue.dequeueBatchSize="500" queue.size="100000" queue.maxDiskSpace="1g"
    action.resumeRetryCount="-1" action.resumeInterval="1"
  )
}
`
  },
  notes: [
    'Needs the package rsyslog-elasticsearch. The file holds a key: chmod 600.',
    'The rsyslog of Debian 12 (8.2302) does not look at HTTP status codes. While Plumbline is busy, or the key is wrong or revoked, it answers in plain text, which this version does try again: mend the key and nothing is lost.',
    'Put prediction_id into each record: rsyslog repeats whole batches after a broken connection.',
  ],
}
