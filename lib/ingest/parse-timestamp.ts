/** Owns reading an instant from what shippers send: RFC 3339 or an epoch number told apart by its magnitude. */

/** Epoch numbers below these are seconds, milliseconds, microseconds; the rest are nanoseconds. */
const SECONDS_BELOW = 1e11
const MILLISECONDS_BELOW = 1e14
const MICROSECONDS_BELOW = 1e17

const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** Epoch milliseconds of a number in seconds, ms, us or ns. */
export function instantOfNumber(value: number): number {
  const size = Math.abs(value)
  if (size < SECONDS_BELOW) return Math.round(value * 1000)
  if (size < MILLISECONDS_BELOW) return Math.round(value)
  if (size < MICROSECONDS_BELOW) return Math.floor(value / 1e3)
  return Math.floor(value / 1e6)
}

/**
 * Epoch milliseconds, or NaN for text that is neither RFC 3339 nor a number. A time without a zone is UTC, a date
 * alone is its midnight; finer parts than milliseconds are cut off.
 */
export function instantOfText(text: string): number {
  const length = text.length
  if (length < 10 || text.charCodeAt(4) !== 0x2d) return numeric(text)
  const year = digits(text, 0, 4)
  const month = digits(text, 5, 2)
  const day = digits(text, 8, 2)
  if (text.charCodeAt(7) !== 0x2d || !(month >= 1 && month <= 12)) return Number.NaN
  if (!(day >= 1 && day <= (DAYS_IN_MONTH[month - 1] ?? 0))) return Number.NaN
  if (month === 2 && day === 29 && !isLeap(year)) return Number.NaN
  const midnight = midnightOf(year, month, day)
  if (length === 10) return midnight
  const separator = text.charCodeAt(10) | 0x20
  if (separator !== 0x74 && separator !== 0x20) return Number.NaN
  const hour = digits(text, 11, 2)
  const minute = digits(text, 14, 2)
  if (!(hour <= 23 && minute <= 59) || text.charCodeAt(13) !== 0x3a) return Number.NaN
  let at = 16
  let ms = 0
  if (text.charCodeAt(at) === 0x3a) {
    const second = digits(text, 17, 2)
    // A leap second is read as the first instant of the next minute.
    if (!(second <= 60)) return Number.NaN
    ms = second * 1000
    at = 19
    if (text.charCodeAt(at) === 0x2e) {
      let scale = 100
      let code = text.charCodeAt(++at)
      if (!isDigit(code)) return Number.NaN
      for (; isDigit(code); code = text.charCodeAt(++at)) {
        ms += Math.floor(scale) * (code - 0x30)
        scale /= 10
      }
    }
  }
  return midnight + hour * 3_600_000 + minute * 60_000 + ms - offsetMs(text, at)
}

/** Offset of the zone at `at`: nothing or Z is 0, else ±hh, ±hhmm or ±hh:mm; NaN for anything else. */
function offsetMs(text: string, at: number): number {
  if (at === text.length) return 0
  const sign = text.charCodeAt(at)
  if (sign === 0x5a || sign === 0x7a) return at + 1 === text.length ? 0 : Number.NaN
  if (sign !== 0x2b && sign !== 0x2d) return Number.NaN
  const hours = digits(text, at + 1, 2)
  let end = at + 3
  let minutes = 0
  if (end < text.length) {
    if (text.charCodeAt(end) === 0x3a) end++
    minutes = digits(text, end, 2)
    end += 2
  }
  if (end !== text.length || !(hours <= 23) || !(minutes <= 59)) return Number.NaN
  return (sign === 0x2d ? -1 : 1) * (hours * 60 + minutes) * 60_000
}

function midnightOf(year: number, month: number, day: number): number {
  // Date.UTC reads years 0 to 99 as 1900 to 1999.
  return year >= 100 ? Date.UTC(year, month - 1, day) : new Date(0).setUTCFullYear(year, month - 1, day)
}

function numeric(text: string): number {
  return /^-?\d+(\.\d+)?$/.test(text) ? instantOfNumber(Number(text)) : Number.NaN
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39
}

/** The number in `count` digits at `at`, or NaN. */
function digits(text: string, at: number, count: number): number {
  let value = 0
  for (let i = at; i < at + count; i++) {
    const code = text.charCodeAt(i)
    if (!isDigit(code)) return Number.NaN
    value = value * 10 + (code - 0x30)
  }
  return value
}
