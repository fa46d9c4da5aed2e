/** Owns the record in a message of Graylog's format (GELF 1.1), as Fluent Bit's `gelf` writes it: its own fields begin with an underscore. */
import { ALIAS_OF, FIELD } from '@/lib/ingest/field-aliases'
import { isObject, type JsonObject, type JsonValue, own, setOwn } from '@/lib/ingest/json-value'

/** What a message says in `version`: never the version of a model. */
export const GELF_VERSION = '1.1'

/** What a message has besides fields of its own. */
const STANDARD: ReadonlySet<string> = new Set(
  'version host short_message full_message timestamp level facility line file'.split(' '),
)

/** Maps that senders flatten, as GELF has none: `_features_amount`. */
const MAPS = ['features', 'tags'] as const

/**
 * The record in a message: its fields without their underscores, and the short message as the line that they came with.
 * @returns null where it is no message
 */
export function openGelf(raw: JsonObject): JsonObject | null {
  const text = own(raw, 'short_message')
  if (own(raw, 'version') !== GELF_VERSION || typeof text !== 'string') return null
  const names = Object.keys(raw).filter((name) => !STANDARD.has(name))
  if (!names.every((name) => name.startsWith('_') && name.length > 1)) return null
  const record: JsonObject = {}
  let isTimed = false
  for (const name of names) {
    isTimed ||= ALIAS_OF.get(name.slice(1))?.field === FIELD.time
    put(record, raw, name.slice(1), raw[name] as JsonValue)
  }
  if (!isTimed && Object.hasOwn(raw, 'timestamp')) record.timestamp = raw.timestamp as JsonValue
  if (!Object.hasOwn(record, 'message')) record.message = text
  return record
}

function put(record: JsonObject, raw: JsonObject, name: string, value: JsonValue): void {
  for (const map of MAPS) {
    if (!name.startsWith(`${map}_`) || name.length === map.length + 1 || Object.hasOwn(raw, `_${map}`))
      continue
    const inside = own(record, map)
    const values: JsonObject = isObject(inside) ? inside : {}
    setOwn(values, name.slice(map.length + 1), value)
    record[map] = values
    return
  }
  setOwn(record, name, value)
}
