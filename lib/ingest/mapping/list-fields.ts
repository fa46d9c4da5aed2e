/** Owns a record as a flat list of its fields and values, for people to look at. */
import { isObject, type JsonValue } from '@/lib/ingest/json-value'

export interface ShownField {
  /** Names with dots between. */
  readonly path: string
  readonly value: string
}

const MAX_FIELDS = 300
const MAX_VALUE_LENGTH = 120

/** The fields of `value` with their values as text, in order; lists of plain values stand as one. */
export function listFields(value: JsonValue): ShownField[] {
  const fields: ShownField[] = []
  const visit = (item: JsonValue, path: string): void => {
    if (fields.length >= MAX_FIELDS) return
    if (isObject(item)) {
      for (const key of Object.keys(item)) visit(item[key] as JsonValue, path === '' ? key : `${path}.${key}`)
    } else fields.push({ path, value: shorten(typeof item === 'string' ? item : JSON.stringify(item)) })
  }
  visit(value, '')
  return fields
}

function shorten(text: string): string {
  return text.length > MAX_VALUE_LENGTH ? `${text.slice(0, MAX_VALUE_LENGTH)}…` : text
}
