/** Owns how a value becomes the text of a category. Knows no counts. */
import { hashText } from '@/lib/stats/hyperloglog'

/** Longer texts keep their beginning and get a hash in place of the rest, so that a summary stays small. */
const MAX_LABEL_LENGTH = 120
const KEPT_LENGTH = 100

const TRUE_WORDS: ReadonlySet<string> = new Set(['true', 'yes', 't', 'y'])
const FALSE_WORDS: ReadonlySet<string> = new Set(['false', 'no', 'f', 'n'])

/** The category of a present value; booleans are `true` and `false`. */
export function categoryLabel(value: number | string | boolean): string {
  const text = typeof value === 'string' ? value : String(value)
  if (text.length <= MAX_LABEL_LENGTH) return text
  const [first] = hashText(text)
  return `${text.slice(0, KEPT_LENGTH)}…${first.toString(16).padStart(8, '0')}`
}

/** `true` or `false` for a boolean or a word that files use for one, else null. */
export function booleanLabel(value: number | string | boolean): 'true' | 'false' | null {
  if (typeof value === 'boolean') return value ? 'true' : 'false'
  if (typeof value !== 'string') return null
  const word = value.toLowerCase()
  if (TRUE_WORDS.has(word)) return 'true'
  return FALSE_WORDS.has(word) ? 'false' : null
}
