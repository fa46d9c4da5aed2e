/** Owns how values, times and lists read in alert sentences; knows nothing of alerts. */
import { writeAlike } from '@/lib/domain/alike'
import type { MetricUnit } from '@/lib/domain/metric'
import { readableRate } from '@/lib/domain/rate'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@/lib/domain/time'
import { RATE_SIGNS, unitScale } from '@/lib/domain/unit-scale'

/**
 * A value with its unit: `12.3 %`, `420 ms`, `0.31`, `40/h`.
 * @param like for rates: read in the unit of time of this one, so that two can be compared
 */
export function formatValue(value: number, unit: MetricUnit, like = value): string {
  switch (unit) {
    case 'share':
      return `${significant(value * 100)} %`
    case 'ms':
      return value >= 10_000 ? `${significant(value / 1_000)} s` : `${significant(value)} ms`
    case 'bytes':
      return value >= 1 << 20 ? `${significant(value / (1 << 20))} MiB` : `${significant(value / 1_024)} KiB`
    case 'per_second':
      return `${significant(value * readableRate(like).seconds)}/${RATE_SIGNS[readableRate(like).unit]}`
    case 'count':
      return grouped(Math.round(value))
    default:
      return significant(value)
  }
}

/** A value and its limit, to be read beside each other: in one unit and with the same decimals. */
export function formatPair(value: number, limit: number, unit: MetricUnit): readonly [string, string] {
  const like = limit || value
  const scale = unitScale(like, unit)
  const [first = '', second = ''] = scale
    ? writeAlike([value * scale.factor, limit * scale.factor])
    : [formatValue(value, unit, like), formatValue(limit, unit, like)]
  return scale ? [first + scale.sign, second + scale.sign] : [first, second]
}

/** Three significant digits without an exponent in the usual range; larger numbers in whole units with separators. */
export function significant(value: number): string {
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1_000 && size < 1e15) return grouped(Math.round(value))
  if (size < 1e-4 || size >= 1e15) return value.toExponential(1)
  return String(Number(value.toPrecision(3)))
}

function grouped(value: number): string {
  return value.toLocaleString('en-US')
}

/** `0.00031`, or `< 0.0001` below that. */
export function formatP(p: number): string {
  return p < 1e-4 ? '< 0.0001' : significant(p)
}

const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/** `Tuesday 2026-11-17 14:00 UTC`. */
export function formatInstant(instantMs: number): string {
  const date = new Date(instantMs)
  const iso = date.toISOString()
  return `${WEEKDAYS[date.getUTCDay()]} ${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`
}

/** `3 d 4 h`, `2 h 5 min`, `12 min`, `under a minute`. */
export function formatDuration(durationMs: number): string {
  const days = Math.floor(durationMs / DAY_MS)
  const hours = Math.floor((durationMs % DAY_MS) / HOUR_MS)
  const minutes = Math.floor((durationMs % HOUR_MS) / MINUTE_MS)
  if (days > 0) return hours > 0 ? `${days} d ${hours} h` : `${days} d`
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`
  return minutes > 0 ? `${minutes} min` : 'under a minute'
}

/** `a, b and c`, or with more than `most` names `a, b, c and 4 more`. */
export function formatNames(names: readonly string[], most: number): string {
  const shown = names.slice(0, most)
  const hidden = names.length - shown.length
  if (hidden > 0) return `${shown.join(', ')} and ${hidden} more`
  const last = shown.at(-1) ?? ''
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${last}` : last
}

/** Text cut to a length, with an ellipsis where something is missing. */
export function clip(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`
}
