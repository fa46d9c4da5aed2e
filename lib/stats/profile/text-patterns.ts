/** Owns what a text looks like: missing, whole number, number, date, boolean word, format (statistics.md section 16). */

/** Words that stand for a missing value where values are text (statistics.md section 16). */
const MISSING_WORDS: ReadonlySet<string> = new Set(['', 'na', 'n/a', 'nan', 'null', 'none', '-', '?'])
const LONGEST_MISSING_WORD = 4

export function isMissingWord(text: string): boolean {
  return text.length <= LONGEST_MISSING_WORD && MISSING_WORDS.has(text.toLowerCase())
}

const INTEGER = /^[+-]?\d+$/
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/
const NON_FINITE = /^[+-]?inf(?:inity)?$/i
const DATE_TIME = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/
/** `1,5`, `1.234,5`, `1,234.5`, `1 234`: numbers for people of some place, not for a parser. */
const LOCALE_NUMBER = /^[+-]?(?:\d+,\d+|\d{1,3}(?:[.,' ]\d{3})+(?:[.,]\d+)?)$/

export const isIntegerText = (text: string): boolean => INTEGER.test(text)
export const isNumberText = (text: string): boolean => NUMBER.test(text)
export const isNonFiniteText = (text: string): boolean => NON_FINITE.test(text)
export const isDateTimeText = (text: string): boolean => DATE_TIME.test(text)
export const isLocaleNumberText = (text: string): boolean => LOCALE_NUMBER.test(text) && !NUMBER.test(text)

/** `007`: codes are not quantities. */
export function isZeroPadded(text: string): boolean {
  const digits = text.replace(/^[+-]/, '')
  return digits.length > 1 && digits.startsWith('0') && INTEGER.test(digits)
}

/** Pairs of words that make a column boolean. */
export const BOOLEAN_WORDS: readonly ReadonlySet<string>[] = [
  new Set(['true', 'false']),
  new Set(['yes', 'no']),
  new Set(['t', 'f']),
  new Set(['y', 'n']),
]

/** Formats of strings, tried in this order. */
export const FORMATS: readonly (readonly [string, RegExp])[] = [
  ['uuid', /^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/],
  ['email', /^[^@\s]+@[^@\s]+\.[^@\s]+$/],
  ['url', /^https?:\/\/\S+$/],
  ['ipv4', /^(?:\d{1,3}\.){3}\d{1,3}$/],
]
