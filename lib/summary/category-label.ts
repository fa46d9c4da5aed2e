/** Owns how a value becomes the text of a category, and whether it is of a column's type. Knows no counts. */
import type { ColumnProfile } from '@/lib/domain/profile'
import { hashText } from '@/lib/stats/sketches/hyperloglog'

/** Longer texts keep their beginning and get a hash in place of the rest, so that a summary stays small. */
const MAX_LABEL_LENGTH = 120
const KEPT_LENGTH = 100

const TRUE_WORDS: ReadonlySet<string> = new Set(['true', 'yes', 't', 'y'])
const FALSE_WORDS: ReadonlySet<string> = new Set(['false', 'no', 'f', 'n'])

const SURROGATES = /[\ud800-\udfff]/
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** The category of a present value; booleans are `true` and `false`. */
export function categoryLabel(value: number | string | boolean): string {
  if (typeof value !== 'string') return String(value)
  if (value.length <= MAX_LABEL_LENGTH) return wellFormed(value)
  const [first] = hashText(value)
  return wellFormed(`${value.slice(0, KEPT_LENGTH)}…${first.toString(16).padStart(8, '0')}`)
}

/** Halves of surrogate pairs have no bytes in UTF-8: they become U+FFFD before they are counted, not after. */
function wellFormed(text: string): string {
  return SURROGATES.test(text) ? decoder.decode(encoder.encode(text)) : text
}

/** `true` or `false` for a boolean or a word that files use for one, else null. */
export function booleanLabel(value: number | string | boolean): 'true' | 'false' | null {
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value !== 'string') return null
  const word = value.toLowerCase()
  if (TRUE_WORDS.has(word)) return 'true'
  return FALSE_WORDS.has(word) ? 'false' : null
}

/** The category of a present value in a column of this type: all words for true are one where the column is boolean. */
export function labelOfType(value: number | string | boolean, type: ColumnProfile['type']): string {
  return (type === 'boolean' ? booleanLabel(value) : null) ?? categoryLabel(value)
}

/** Whether a present value, which need be no known category, is of this type. */
export function isOfType(value: number | string | boolean, type: ColumnProfile['type']): boolean {
  switch (type) {
    case 'boolean':
      return booleanLabel(value) !== null
    case 'integer':
    case 'number':
      return typeof value === 'number'
    case 'datetime':
      return typeof value !== 'boolean'
    case 'string':
      return typeof value === 'string'
  }
}
