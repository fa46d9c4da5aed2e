/** Owns the list of senders with a ready configuration, in the order in which they are shown. */
import { BENTOML } from '@/lib/domain/shippers/bentoml'
import { CURL } from '@/lib/domain/shippers/curl'
import { FILEBEAT } from '@/lib/domain/shippers/filebeat'
import { FIREHOSE } from '@/lib/domain/shippers/firehose'
import { FLUENT_BIT } from '@/lib/domain/shippers/fluent-bit'
import { FLUENTD } from '@/lib/domain/shippers/fluentd'
import { KSERVE } from '@/lib/domain/shippers/kserve'
import { LOGSTASH } from '@/lib/domain/shippers/logstash'
import { OTEL_COLLECTOR } from '@/lib/domain/shippers/otel-collector'
import { OTEL_JAVASCRIPT } from '@/lib/domain/shippers/otel-javascript'
import { OTEL_PYTHON } from '@/lib/domain/shippers/otel-python'
import { PINO } from '@/lib/domain/shippers/pino'
import { PYTHON_REQUESTS } from '@/lib/domain/shippers/python-requests'
import { RSYSLOG } from '@/lib/domain/shippers/rsyslog'
import { SELDON } from '@/lib/domain/shippers/seldon'
import type { Shipper } from '@/lib/domain/shippers/shipper'
import { SPLUNK_JAVASCRIPT } from '@/lib/domain/shippers/splunk-javascript'
import { SYSLOG_NG } from '@/lib/domain/shippers/syslog-ng'
import { VECTOR } from '@/lib/domain/shippers/vector'

export const SHIPPERS: readonly Shipper[] = [
  VECTOR,
  FLUENT_BIT,
  FLUENTD,
  LOGSTASH,
  FILEBEAT,
  RSYSLOG,
  SYSLOG_NG,
  OTEL_COLLECTOR,
  OTEL_PYTHON,
  OTEL_JAVASCRIPT,
  KSERVE,
  SELDON,
  BENTOML,
  FIREHOSE,
  CURL,
  PYTHON_REQUESTS,
  PINO,
  SPLUNK_JAVASCRIPT,
]

/** The sender of this id, or curl: what an address names may be wrong. */
export function findShipper(id: string | null): Shipper {
  return SHIPPERS.find((shipper) => shipper.id === id) ?? CURL
}
