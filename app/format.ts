/** Owns how numbers, units and instants are written on pages; knows no data and no React. */
import { writeAlike } from '@/lib/domain/alike'
import type { MetricUnit } from '@/lib/domain/metric'
import { readableRate } from '@/lib/domain/rate'
import { RATE_SIGNS, unitScale } from '@/lib/domain/unit-scale'

const MISSING = '–'

/** With a true minus sign, also before an exponent: for people only, machines read the hyphen. */
function withMinus(text: string): string {
  return text.replaceAll('-', '\u2212')
}

/** Numbers and the units behind them stay on one line, and so does a value with the limit that it is compared with. */
export function keepUnits(text: string): string {
  return text
    .replace(/(?<=\d) (?=(?:%|ms|s|h|σ|×|MiB|KiB|chars)(?![\p{L}\p{N}]))/gu, '\u00a0')
    .replace(/(?<=\S) ([<>]) (?=[\d−])/gu, '\u00a0$1\u00a0')
}

/** A number with about three significant digits: `0.42`, `1,234`, `12.3 k` is never used. */
export function formatNumber(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING
  const size = Math.abs(value)
  if (size !== 0 && (size < 0.001 || size >= 1e9)) return withMinus(value.toExponential(2))
  const decimals = size >= 1000 ? 0 : Math.max(0, digits - 1 - Math.floor(Math.log10(size || 1)))
  return withMinus(value.toLocaleString('en-US', { maximumFractionDigits: Math.min(decimals, 6) }))
}

export function formatCount(value: number | null | undefined): string {
  if (value === null || value === undefined) return MISSING
  return withMinus(Math.round(value).toLocaleString('en-US'))
}

/** A share 0 … 1 as per cent. */
export function formatShare(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING
  const percent = value * 100
  const digits = Math.abs(percent) < 1 ? 2 : 1
  // The smallest share that is not 0 must not read as 0.
  if (percent !== 0 && Math.abs(percent) < 0.01) return `${withMinus(percent.toPrecision(1))} %`
  return `${withMinus(percent.toLocaleString('en-US', { maximumFractionDigits: digits }))} %`
}

/** A p-value; tiny ones are bounded, not printed to the last digit. */
export function formatP(value: number | null | undefined): string {
  if (value === null || value === undefined) return MISSING
  if (value < 1e-6) return '< 0.000001'
  return value < 0.001 ? withMinus(value.toExponential(1)) : value.toFixed(3)
}

export function formatBytes(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB']
  let size = value
  let unit = 0
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${formatNumber(size)} ${units[unit]}`
}

/**
 * A value in the unit of its metric.
 * @param like for rates: read in the unit of time of this one, so that two can be compared
 */
export function formatValue(
  value: number | null | undefined,
  unit: MetricUnit,
  like: number | null | undefined = value,
): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING
  switch (unit) {
    case 'share':
      return formatShare(value)
    case 'count':
      return formatCount(value)
    case 'per_second': {
      const rate = readableRate(like || value)
      return `${formatNumber(value * rate.seconds)}/${RATE_SIGNS[rate.unit]}`
    }
    case 'ms':
      return `${formatNumber(value)} ms`
    case 'bytes':
      return formatBytes(value)
    case 'characters':
      return `${formatNumber(value)} chars`
    case 'distance':
    case 'number':
      return formatNumber(value)
  }
}

/** A value and its limit, to be read beside each other: in one unit and with the same decimals. */
export function formatPair(
  value: number | null | undefined,
  limit: number | null | undefined,
  unit: MetricUnit,
): readonly [value: string, limit: string] {
  const known = [value, limit].filter((one): one is number => typeof one === 'number' && Number.isFinite(one))
  const scale = unitScale(limit || value || 0, unit)
  if (known.length < 2 || !scale) {
    return [formatValue(value, unit, limit || value), formatValue(limit, unit, limit || value)]
  }
  const [first = MISSING, second = MISSING] = writeAlike(known.map((one) => one * scale.factor)).map(
    withMinus,
  )
  return [first + scale.sign, second + scale.sign]
}

const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(key: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const id = `${key}|${zone}`
  const known = formatters.get(id)
  if (known) return known
  const made = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone })
  formatters.set(id, made)
  return made
}

/** `Tue 18 Nov 2026, 14:00`. */
export function formatInstant(instantMs: number | null | undefined, zone: string): string {
  if (instantMs === null || instantMs === undefined) return MISSING
  return formatter('instant', zone, {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }).format(instantMs)
}

/** `18 Nov 14:00`. */
export function formatShortInstant(instantMs: number, zone: string): string {
  return formatter('short', zone, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
  }).format(instantMs)
}

/** A tick on a time axis, no finer than the axis needs. */
export function formatTick(instantMs: number, spanMs: number, zone: string): string {
  const day = 86_400_000
  if (spanMs <= 2 * day) {
    const time = formatter('hour', zone, { hour: '2-digit', minute: '2-digit' }).format(instantMs)
    // The hours of two days would read the same.
    if (time !== '00:00') return time
    return formatter('day', zone, { day: 'numeric', month: 'short' }).format(instantMs)
  }
  if (spanMs <= 120 * day) return formatter('day', zone, { day: 'numeric', month: 'short' }).format(instantMs)
  return formatter('month', zone, { month: 'short', year: '2-digit' }).format(instantMs)
}

/** `3 d 4 h`, `12 min`, `under a minute`. */
export function formatDuration(durationMs: number): string {
  const minutes = Math.floor(durationMs / 60_000)
  if (minutes < 1) return 'under a minute'
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  const days = Math.floor(hours / 24)
  return hours % 24 === 0 || days > 13 ? `${days} d` : `${days} d ${hours % 24} h`
}

/** `18 Nov 2026`. */
export function formatDay(instantMs: number, zone: string): string {
  return formatter('date', zone, { day: 'numeric', month: 'short', year: 'numeric' }).format(instantMs)
}

/** `3 Jun 2021 – 30 Apr 2022`: the days that a half-open span covers, or its times where they are one day. */
export function formatSpan(startMs: number, endMs: number, zone: string): string {
  const [first, last] = [formatDay(startMs, zone), formatDay(Math.max(startMs, endMs - 1), zone)]
  if (first !== last) return `${first} – ${last}`
  const time = (instantMs: number) =>
    formatter('hour', zone, { hour: '2-digit', minute: '2-digit' }).format(instantMs)
  return `${first}, ${time(startMs)} – ${time(endMs)}`
}

/** An instant in a sentence, with the zone it is read in: `Tue 18 Nov 2026, 14:00 UTC`. */
export function sayInstant(instantMs: number, zone: string): string {
  return `${formatInstant(instantMs, zone)} ${zone === 'UTC' ? zone : `(${zone})`}`
}

/** Instants as stored sentences write them: RFC 3339, or `Tuesday 2026-11-17 14:00 UTC`. */
const STORED_INSTANT =
  /(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day )?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z| UTC)/g

/** A stored sentence with its instants read in the viewer's zone. */
export function inZone(sentence: string, zone: string): string {
  return sentence.replace(STORED_INSTANT, (text, day: string, time: string) => {
    const instantMs = Date.parse(`${day}T${time}Z`)
    return Number.isFinite(instantMs) ? sayInstant(instantMs, zone) : text
  })
}

/** Beyond a year nobody counts days. */
export const LONGEST_AGE_MS = 365 * 86_400_000

/** `5 min ago`; a date once that is a year or more. */
export function formatAgo(instantMs: number | null, nowMs: number, zone = 'UTC'): string {
  if (instantMs === null) return 'never'
  if (nowMs - instantMs >= LONGEST_AGE_MS) return formatDay(instantMs, zone)
  return nowMs - instantMs < 60_000 ? 'just now' : `${formatDuration(nowMs - instantMs)} ago`
}

/** Code points of letters that mislead the eye: zero-width, direction marks, and look-alikes outside Latin. */
export function codePoints(name: string): string | null {
  const odd = [...name].filter((letter) => {
    const point = letter.codePointAt(0) ?? 0
    return (
      (point >= 0x200b && point <= 0x200f) ||
      (point >= 0x202a && point <= 0x202e) ||
      (point >= 0x2060 && point <= 0x206f) ||
      point === 0xfeff ||
      point === 0xad
    )
  })
  if (odd.length === 0) return null
  return odd
    .map((letter) => `U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`)
    .join(' ')
}
