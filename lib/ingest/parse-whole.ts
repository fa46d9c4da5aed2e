/**
 * Owns the short way for bodies of moderate size: one JSON.parse for all of it, no scan. It takes only what is beyond
 * doubt; anything odd is left to the scan, which knows where each record begins and ends.
 */
import { isObject, type JsonObject, type JsonValue, own, parseAny } from '@/lib/ingest/json-value'
import { looksLikeRecord, RECORD_LISTS } from '@/lib/ingest/record-lists'

/** Bodies up to this size are parsed at once: what they can grow to in memory, and the time it takes, is bounded. */
export const MAX_WHOLE_BYTES = 1024 * 1024

export interface WholeBody {
  readonly records: readonly JsonObject[]
  readonly shared: JsonObject | null
}

/**
 * The records of a body that is one JSON document.
 * @param text  the whole body
 * @returns null when the body is no single document, holds anything but objects, too many of them, or deep ones
 */
export function parseWhole(text: string, limits: { maxRecords: number; maxDepth: number }): WholeBody | null {
  const value = parseAny(text)
  if (value === undefined) return null
  const body = recordsOf(value)
  if (body === null || body.records.length > limits.maxRecords) return null
  for (const record of body.records) {
    if (!isObject(record) || isDeeper(record, limits.maxDepth)) return null
  }
  return body
}

function recordsOf(value: JsonValue): WholeBody | null {
  if (Array.isArray(value)) return { records: value as JsonObject[], shared: null }
  if (!isObject(value)) return null
  if (!looksLikeRecord(value)) {
    for (const name of RECORD_LISTS) {
      const list = own(value, name)
      // Fields around the list are the scan's business when they are nested or there is more than one list.
      if (Array.isArray(list))
        return isObject(list[0]) && isFlatAround(value, name)
          ? { records: list as JsonObject[], shared: value }
          : null
    }
  }
  return { records: [value], shared: null }
}

function isFlatAround(value: JsonObject, listName: string): boolean {
  for (const key in value)
    if (key !== listName && typeof value[key] === 'object' && value[key] !== null) return false
  return true
}

/** Whether objects and lists are nested deeper than `levels`, the value's own level included. */
function isDeeper(value: JsonObject | JsonValue[], levels: number): boolean {
  if (levels === 0) return true
  if (Array.isArray(value)) {
    for (const item of value)
      if (typeof item === 'object' && item !== null && isDeeper(item, levels - 1)) return true
    return false
  }
  for (const key in value) {
    const item = value[key]
    if (typeof item === 'object' && item !== null && isDeeper(item, levels - 1)) return true
  }
  return false
}
