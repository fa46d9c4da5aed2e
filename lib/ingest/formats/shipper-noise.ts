/** Owns what Beats and Logstash put beside the fields of an event: it describes the shipper, and is no feature. */
import { isObject, type JsonObject, own } from '@/lib/ingest/json-value'
import { looksLikeRecord } from '@/lib/ingest/record-lists'

/** Objects of the Elastic Common Schema; `log`, `event` and `input` would else be taken for the record itself. */
const ABOUT_THE_SHIPPER = [
  'agent',
  'ecs',
  'host',
  'input',
  'log',
  'event',
  'cloud',
  'container',
  'kubernetes',
  'process',
  '@metadata',
]

/** Takes them out of an event that came through Beats or Logstash; others stay as they are. */
export function dropShipperNoise(event: JsonObject): void {
  const isFromBeats = isObject(own(event, 'ecs')) || isObject(own(event, 'agent'))
  const isFromLogstash = Object.hasOwn(event, '@version')
  if (!isFromBeats && !isFromLogstash) return
  delete event['@version']
  for (const name of ABOUT_THE_SHIPPER) {
    const value = own(event, name)
    if (isObject(value) && !looksLikeRecord(value)) delete event[name]
  }
}
