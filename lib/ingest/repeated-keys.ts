/** Owns noticing keys that stand twice in one object: JSON.parse keeps the last one without a word. Knows no record. */
import type { JsonObject, JsonValue } from '@/lib/ingest/json-value'

const NONE: readonly string[] = []
/** As many as a request can be warned of. */
const MAX_NAMED = 10

const QUOTE = 0x22
const COLON = 0x3a
const BACKSLASH = 0x5c

/**
 * Paths (`features.income`) of the keys that stand more than once in their object. The common case costs a count of
 * colons, a small part of the parsing: a key has one after its quote, and a value that looks like one is looked at.
 * @param text  the JSON of one object and nothing else
 * @param parsed  what was parsed from it
 */
export function repeatedKeys(text: string, parsed: JsonObject): readonly string[] {
  return countColons(text) === countKeys(parsed) ? NONE : repeatedKeysIn(text, text.indexOf('{'))
}

/** The same for the object that begins at `start`, whatever follows it: it looks at every key. */
export function repeatedKeysIn(text: string, start: number): readonly string[] {
  const found = new Set<string>()
  /** Keys of each open object, and under which path it stands; lists have none. */
  const open: { keys: Set<string> | null; path: string }[] = []
  let path = ''
  for (let at = start; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === QUOTE) {
      const end = stringEnd(text, at)
      if (isKeyBefore(text, end)) {
        const key = JSON.parse(text.slice(at, end)) as string
        const inside = open.at(-1)
        path = inside?.path ? `${inside.path}.${key}` : key
        if (inside?.keys?.has(key)) found.add(path)
        inside?.keys?.add(key)
      }
      at = end - 1
    } else if (opens(code)) open.push({ keys: isObjectBrace(code) ? new Set() : null, path })
    else if (closes(code)) {
      path = open.pop()?.path ?? ''
      if (open.length === 0 || found.size === MAX_NAMED) break
    }
  }
  return [...found]
}

/** Colons after a quote or a blank: all those after keys, and perhaps some inside texts. */
function countColons(text: string): number {
  let count = 0
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) {
    const before = text.charCodeAt(at - 1)
    if (before === QUOTE || before <= 0x20) count++
  }
  return count
}

/** Keys of a value and of the objects inside it. */
function countKeys(value: JsonObject | JsonValue[]): number {
  let keys = 0
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && item !== null) keys += countKeys(item)
    return keys
  }
  for (const key in value) {
    keys++
    const item = value[key]
    if (typeof item === 'object' && item !== null) keys += countKeys(item)
  }
  return keys
}

/** Position after the quote that closes the string that opens at `at`. */
export function stringEnd(text: string, at: number): number {
  let end = text.indexOf('"', at + 1)
  while (end >= 0 && isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end < 0 ? text.length : end + 1
}

/** Whether an odd number of backslashes stands before. */
function isEscaped(text: string, at: number): boolean {
  let back = at
  while (text.charCodeAt(back - 1) === BACKSLASH) back--
  return (at - back) % 2 === 1
}

/** Whether a colon follows: in JSON only after a key. */
function isKeyBefore(text: string, at: number): boolean {
  let code = text.charCodeAt(at)
  while (code <= 0x20) code = text.charCodeAt(++at)
  return code === COLON
}

/** { or [, which differ in one bit. */
function opens(code: number): boolean {
  return (code | 0x20) === 0x7b
}

/** } or ]. */
function closes(code: number): boolean {
  return (code | 0x20) === 0x7d
}

function isObjectBrace(code: number): boolean {
  return code === 0x7b
}
