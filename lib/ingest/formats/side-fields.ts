/** Owns adding what a shipper says beside a record (labels, indexed fields, metadata) to what the record says itself. */
import { ALIAS_OF, FIELD_NAMES, type FieldName } from '@/lib/ingest/field-aliases'
import { isObject, type JsonObject, type JsonValue, own, setOwn } from '@/lib/ingest/json-value'

/** Which fields a record names, under whatever alias. */
export function fieldsOf(raw: JsonObject): Set<FieldName> {
  const found = new Set<FieldName>()
  for (const key in raw) {
    const name = fieldOf(key)
    if (name !== undefined && raw[key] !== null) found.add(name)
  }
  return found
}

/**
 * Adds `side` to `raw`: a name that is a field of records fills it where the record does not, every other becomes a tag.
 * @param known  the fields that the record names itself
 */
export function addFields(raw: JsonObject, side: JsonObject, known: ReadonlySet<FieldName>): void {
  let tags: JsonObject | null = null
  for (const key in side) {
    const value = side[key] as JsonValue
    const field = fieldOf(key)
    if (field === undefined) {
      tags ??= tagsOf(raw)
      if (tags !== null && !Object.hasOwn(tags, key)) setOwn(tags, key, value)
    } else if (!known.has(field) && !Object.hasOwn(raw, key)) raw[key] = value
  }
}

/** The tags of a record, as a map that may be added to; null where they are something else. */
function tagsOf(raw: JsonObject): JsonObject | null {
  const tags = own(raw, 'tags')
  if (tags === undefined || tags === null) {
    const made: JsonObject = {}
    raw.tags = made
    return made
  }
  return isObject(tags) ? tags : null
}

function fieldOf(key: string): FieldName | undefined {
  const alias = ALIAS_OF.get(key)
  return alias === undefined ? undefined : FIELD_NAMES[alias.field]
}
