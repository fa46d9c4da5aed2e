/**
 * Owns the short way for bodies of moderate size: one JSON.parse for all of it, no scan. It takes only what is beyond
 * doubt; anything odd is left to the scan, which knows where each record begins and ends.
 */
import { countOf, type FeatureTexts, findFeatureTexts } from '@/lib/ingest/feature-texts'
import { isObject, type JsonObject, type JsonValue, own, parseAny } from '@/lib/ingest/json-value'
import { looksLikeRecord, RECORD_LISTS } from '@/lib/ingest/record-lists'
import { repeatedKeys, repeatedKeysIn, stringEnd } from '@/lib/ingest/repeated-keys'

/** Bodies up to this size are parsed at once: what they can grow to in memory, and the time it takes, is bounded. */
export const MAX_WHOLE_BYTES = 1024 * 1024

export interface WholeBody {
  readonly records: readonly JsonObject[]
  readonly shared: JsonObject | null
  readonly featureTexts: FeatureTexts
  /** Paths of keys that stand more than once in the first record. */
  readonly repeatedKeys: readonly string[]
}

type Records = Pick<WholeBody, 'records' | 'shared'>

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
  let objects = body.shared === null ? 0 : 1
  for (const record of body.records) {
    if (!isObject(record)) return null
    objects += countObjects(record, limits.maxDepth)
  }
  if (objects === Number.POSITIVE_INFINITY) return null
  const featureTexts = findFeatureTexts(text, body.records, objects)
  // Texts are only found where each object of the text was parsed: then none was lost with a list that stands twice.
  if (body.shared !== null && featureTexts.size === 0 && mayHaveLost(text, objects)) return null
  return {
    ...body,
    featureTexts,
    repeatedKeys: repeatedInFirst(text, body),
  }
}

/** Whether a list may have been lost: there is a second one, more braces than objects, and names of such lists. */
function mayHaveLost(text: string, objects: number): boolean {
  if (text.indexOf('[') === text.lastIndexOf('[') || countOf(text, '}') === objects) return false
  return text.match(LIST_NAMES)?.length !== 1 || ESCAPED_LETTER.test(text)
}

const LIST_NAMES = new RegExp(`"(?:${RECORD_LISTS.join('|')})"`, 'g')

/** Nobody escapes the letters that those names are made of. */
const ESCAPED_LETTER = /\\u00[67]/

function repeatedInFirst(text: string, { records, shared }: Records): readonly string[] {
  const [first] = records
  if (first === undefined) return []
  const isOne = records.length === 1 && shared === null
  return isOne ? repeatedKeys(text, first) : repeatedKeysIn(text, startOfFirst(text, shared))
}

/** Where the first record begins: around its list there are no other objects. */
function startOfFirst(text: string, shared: JsonObject | null): number {
  const brace = text.indexOf('{')
  if (shared === null) return brace
  let at = brace + 1
  while (text[at] !== '{') at = text[at] === '"' ? stringEnd(text, at) : at + 1
  return at
}

function recordsOf(value: JsonValue): Records | null {
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

/** How many objects a value holds, itself included; infinitely many when it is nested deeper than `levels`. */
function countObjects(value: JsonObject | JsonValue[], levels: number): number {
  if (levels === 0) return Number.POSITIVE_INFINITY
  if (Array.isArray(value)) {
    let count = 0
    for (const item of value)
      if (typeof item === 'object' && item !== null) count += countObjects(item, levels - 1)
    return count
  }
  let count = 1
  for (const key in value) {
    const item = value[key]
    if (typeof item === 'object' && item !== null) count += countObjects(item, levels - 1)
  }
  return count
}
