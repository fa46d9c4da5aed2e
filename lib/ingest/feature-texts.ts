/**
 * Owns finding, in the text of a body, the text of each record's features: the log keeps it as it came, because
 * turning millions of numbers into text again costs as much as parsing them did.
 */
import { FIELD_ALIASES } from '@/lib/ingest/field-aliases'
import { isObject, type JsonObject, own } from '@/lib/ingest/json-value'

/** JSON of the features of records, by the object that was parsed from it; holds where that has no objects inside. */
export type FeatureTexts = ReadonlyMap<JsonObject, string>

const NONE: FeatureTexts = new Map()

const BLANK = /[ \t\r\n]/

/**
 * Finds the texts, or none of them where a doubt remains. It looks for the key and the next closing brace only, which
 * is exact because of two counts: the key stands in the text once a record, so each record has its own; and there are
 * as many closing braces as objects, so none stands inside a text or in a value that a repeated key replaced.
 *
 * @param text  a JSON document that holds the records, one after another
 * @param records  what was parsed from it
 * @param objects  how many objects were parsed from the whole document
 */
export function findFeatureTexts(
  text: string,
  records: readonly JsonObject[],
  objects: number,
): FeatureTexts {
  const [first] = records
  const key = first && FIELD_ALIASES.features.find((alias) => isObject(own(first, alias)))
  if (key === undefined || countOf(text, '}') !== objects) return NONE
  const name = `"${key}"`
  const texts = new Map<JsonObject, string>()
  let at = 0
  for (const record of records) {
    const features = own(record, key)
    const found = text.indexOf(name, at)
    const start = found < 0 ? found : openingBrace(text, found, found + name.length)
    if (start < 0 || !isObject(features)) return NONE
    at = text.indexOf('}', start) + 1
    texts.set(features, text.slice(start, at))
  }
  return text.includes(name, at) ? NONE : texts
}

/** How often `part` stands in a text. */
export function countOf(text: string, part: string): number {
  let count = 0
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) count++
  return count
}

/** Position of the brace that opens the value of the key that stands from `start` to `end`; -1 when it is no such key. */
function openingBrace(text: string, start: number, end: number): number {
  // After a backslash the quote is part of a longer text.
  if (text[start - 1] === '\\') return -1
  const colon = skipBlank(text, end)
  if (text[colon] !== ':') return -1
  const brace = skipBlank(text, colon + 1)
  return text[brace] === '{' ? brace : -1
}

function skipBlank(text: string, from: number): number {
  let at = from
  while (at < text.length && BLANK.test(text[at] as string)) at++
  return at
}
