/** Owns the record in an entry of Kafka's REST proxy, `{"records":[{"value":{…}}]}`, as rsyslog's omhttp writes it too. */
import { isObject, type JsonObject, own } from '@/lib/ingest/json-value'

const AROUND: ReadonlySet<string> = new Set(['key', 'value', 'partition'])

/** The value of an entry that is an object and has nothing beside it but where it goes; else the entry itself. */
export function openEntry(entry: JsonObject): JsonObject {
  // Most records have none: a plain look is the cheapest.
  if (entry.value === undefined) return entry
  const value = own(entry, 'value')
  if (!isObject(value)) return entry
  for (const key in entry) if (!AROUND.has(key)) return entry
  return value
}
