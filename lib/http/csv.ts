/** Owns writing CSV (RFC 4180) that no spreadsheet takes for a formula. */

export type CsvValue = string | number | boolean | null | undefined

/** Spreadsheets run cells that begin like this, some of them also with the letters of full width. */
const FORMULA_START = /^[=+\-@\t\r\n\0＝＋－＠]/
const NEEDS_QUOTES = /[",\r\n]/

/** One line, with its end. Text that a spreadsheet would run gets an apostrophe in front; numbers stay numbers. */
export function csvLine(values: readonly CsvValue[]): string {
  return `${values.map(csvCell).join(',')}\r\n`
}

function csvCell(value: CsvValue): string {
  if (value === null || value === undefined) return ''
  if (typeof value !== 'string') return String(value)
  const text = FORMULA_START.test(value) ? `'${value}` : value
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
