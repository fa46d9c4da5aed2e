/** Owns how numbers, units and instants are written on pages; knows no data and no React. */
import type { MetricUnit } from '@/lib/domain/metric'

const MISSING = '–'

/** A number with about three significant digits: `0.42`, `1,234`, `12.3 k` is never used. */
export function formatNumber(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING
  const size = Math.abs(value)
  if (size !== 0 && (size < 0.001 || size >= 1e9)) return value.toExponential(2)
  const decimals = size >= 1000 ? 0 : Math.max(0, digits - 1 - Math.floor(Math.log10(size || 1)))
  return value.toLocaleString('en-US', { maximumFractionDigits: Math.min(decimals, 6) })
}

export function formatCount(value: number | null | undefined): string {
  if (value === null || value === undefined) return MISSING
  return Math.round(value).toLocaleString('en-US')
}

/** A share 0 … 1 as per cent. */
export function formatShare(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING
  const percent = value * 100
  if (percent !== 0 && Math.abs(percent) < 0.1) return `${percent.toFixed(2)} %`
  return `${percent.toLocaleString('en-US', { maximumFractionDigits: 1 })} %`
}

/** A p-value; tiny ones are bounded, not printed to the last digit. */
export function formatP(value: number | null | undefined): string {
  if (value === null || value === undefined) return MISSING
  if (value < 1e-6) return '< 0.000001'
  return value < 0.001 ? value.toExponential(1) : value.toFixed(3)
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

/** A value in the unit of its metric. */
export function formatValue(value: number | null | undefined, unit: MetricUnit): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return MISSING
  switch (unit) {
    case 'share':
      return formatShare(value)
    case 'count':
      return formatCount(value)
    case 'per_second':
      return `${formatNumber(value)}/s`
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
    return formatter('hour', zone, { hour: '2-digit', minute: '2-digit' }).format(instantMs)
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

export function formatAgo(instantMs: number | null, nowMs: number): string {
  if (instantMs === null) return 'never'
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
