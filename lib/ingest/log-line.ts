/** Owns telling a line that some program wrote to the same log from a prediction. */
import { ALIAS_OF, FIELD_ALIASES } from '@/lib/ingest/field-aliases'
import { type JsonObject, own } from '@/lib/ingest/json-value'

/** Keys under which shippers put the text of a line. */
const LINE_KEYS = ['message', 'MESSAGE', 'log', 'line'] as const

/** What Vector, Fluent Bit, Docker, journald, rsyslog and syslog-ng put beside it, in lower case. */
const ABOUT_THE_LINE: ReadonlySet<string> = new Set(
  `stream file path source source_type host hostname container kubernetes docker tag tags logger appname program pid
  priority facility severity fromhost fromhost-ip syslogtag programname procid msgid structured-data type offset input
  agent ecs cloud @version host_from isodate seqnum legacy_msghdr msghdr logtag p f`.split(/\s+/),
)

const OF_PREDICTIONS: ReadonlySet<string> = new Set([
  ...FIELD_ALIASES.id,
  ...FIELD_ALIASES.score,
  ...FIELD_ALIASES.actual,
  ...FIELD_ALIASES.latency,
])

/** Whether an object is the text of a line that is no JSON object, and what shippers say of a line, and nothing else. */
export function isLogLine(raw: JsonObject): boolean {
  if (!LINE_KEYS.some((name) => typeof own(raw, name) === 'string')) return false
  for (const key in raw) {
    if (OF_PREDICTIONS.has(key)) return false
    const isKnown = ALIAS_OF.has(key) || ABOUT_THE_LINE.has(key.toLowerCase())
    if (!isKnown && !/^(_|container_|kubernetes|docker|syslog)/i.test(key)) return false
  }
  return true
}
