/** Owns what names and texts may hold: length, control characters, whole surrogate pairs. */
import type { Limits } from '@/lib/domain/limits'
import { type FaultSink, fail } from '@/lib/ingest/fault'

/** What a reader of records needs to know besides the record. */
export interface TextRules {
  readonly limits: Limits
  /** No text of this body can hold a control character or half a surrogate pair: it is ASCII without escapes. */
  readonly isPlain: boolean
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this finds
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/
const LONE_SURROGATE = /\p{Cs}/u

/** Longest UTF-8 form of one UTF-16 unit. */
const MAX_BYTES_PER_UNIT = 3

/** A path for messages: names in it may be megabytes long. */
export function fieldPath(parent: string, name: string): string {
  return `${parent}.${name.length > 80 ? `${name.slice(0, 80)}…` : name}`
}

function exceeds(text: string, maxBytes: number): boolean {
  return text.length * MAX_BYTES_PER_UNIT > maxBytes && Buffer.byteLength(text) > maxBytes
}

/** Notes a fault if `name` cannot be the name of a feature, tag or class. */
export function checkName(sink: FaultSink, name: string, parent: string, rules: TextRules): void {
  if (name.length === 0) fail(sink, 'bad_name', parent)
  else if (exceeds(name, rules.limits.maxNameBytes)) fail(sink, 'name_too_long', fieldPath(parent, name))
  else if (rules.isPlain) return
  else if (CONTROL.test(name)) fail(sink, 'control_char', fieldPath(parent, name))
  else if (LONE_SURROGATE.test(name)) fail(sink, 'invalid_unicode', fieldPath(parent, name))
}

/** Notes a fault if `text` cannot be a value. Line breaks and other controls are fine in values; NUL is not. */
export function checkValue(
  sink: FaultSink,
  text: string,
  parent: string,
  name: string,
  rules: TextRules,
): void {
  if (exceeds(text, rules.limits.maxStringBytes)) fail(sink, 'value_too_long', fieldPath(parent, name))
  else if (rules.isPlain) return
  else if (text.includes('\0')) fail(sink, 'control_char', fieldPath(parent, name))
  else if (LONE_SURROGATE.test(text)) fail(sink, 'invalid_unicode', fieldPath(parent, name))
}

/** Notes a fault if `id` cannot name a record. */
export function checkId(sink: FaultSink, id: string, field: string, rules: TextRules): void {
  if (id.length > rules.limits.maxIdLength) fail(sink, 'id_too_long', field)
  else if (rules.isPlain) return
  else if (CONTROL.test(id)) fail(sink, 'control_char', field)
  else if (LONE_SURROGATE.test(id)) fail(sink, 'invalid_unicode', field)
}
