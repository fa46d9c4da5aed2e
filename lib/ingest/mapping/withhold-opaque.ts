/**
 * Owns what is not kept of a refused record where rules hide something: parts that rules cannot reach, because what a
 * value means is not written beside it: lists of values, and text with JSON in it.
 */
import { FIELD_ALIASES } from '@/lib/ingest/field-aliases'
import { isObject, type JsonObject, type JsonValue, setOwn } from '@/lib/ingest/json-value'

export const WITHHELD_VALUE = '[withheld]'

const FEATURE_KEYS: ReadonlySet<string> = new Set(FIELD_ALIASES.features)

/** The record without such parts; the same object where it has none. */
export function withholdOpaque(raw: JsonObject): JsonObject {
  let copy: JsonObject | null = null
  for (const key of Object.keys(raw)) {
    const before = raw[key] as JsonValue
    const isPayloadText = typeof before === 'string' && FEATURE_KEYS.has(key)
    const after = isPayloadText ? WITHHELD_VALUE : withhold(before)
    if (after === before) continue
    copy ??= { ...raw }
    setOwn(copy, key, after)
  }
  return copy ?? raw
}

function withhold(value: JsonValue): JsonValue {
  if (typeof value === 'string')
    return /^\s*[[{]/.test(value) && value !== '[redacted]' ? WITHHELD_VALUE : value
  if (isObject(value)) return withholdOpaque(value)
  if (!Array.isArray(value)) return value
  if (!value.every(isObject)) return WITHHELD_VALUE
  const inside = value.map(withhold)
  return inside.every((item, i) => item === value[i]) ? value : inside
}
