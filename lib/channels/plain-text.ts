/** Owns making text safe for one line and a length, whatever names people gave their models. Knows no channel. */

/** Control characters, line and paragraph separators, and marks that turn the direction of what follows. */
const NO_ONE_LINE_TEXT = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu

/** Text on one line: everything that could break out of it becomes a space. */
export function oneLine(text: string): string {
  // By way of UTF-8, lone halves of surrogate pairs become U+FFFD.
  return Buffer.from(text).toString().replace(NO_ONE_LINE_TEXT, ' ').trim()
}

/** Text of at most `maxLength` UTF-16 units, with an ellipsis where something is missing; pairs stay whole. */
export function clipText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  return `${text.slice(0, Math.max(0, maxLength - 1)).replace(/[\ud800-\udbff]$/, '')}…`
}
