/** Owns ticks of time axes and the words on value axes. */

import type { ChartUnit } from '@/app/charts/time-chart-props'
import { formatNumber, formatValue } from '@/app/format'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const STEPS = [
  MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  30 * DAY,
  91 * DAY,
  182 * DAY,
  365 * DAY,
]

/** Instants for at most `count` ticks, on round hours and days of UTC. */
export function timeTicks(startMs: number, endMs: number, count: number): number[] {
  const stepMs = STEPS.find((step) => (endMs - startMs) / step <= count) ?? 365 * DAY
  if (stepMs >= 30 * DAY) return monthTicks(startMs, endMs, Math.round(stepMs / (30 * DAY)))
  const ticks: number[] = []
  for (let at = Math.ceil(startMs / stepMs) * stepMs; at <= endMs; at += stepMs) ticks.push(at)
  return ticks
}

function monthTicks(startMs: number, endMs: number, months: number): number[] {
  const ticks: number[] = []
  const start = new Date(startMs)
  for (let month = start.getUTCMonth(); ticks.length < 60; month += months) {
    const at = Date.UTC(start.getUTCFullYear(), month, 1)
    if (at > endMs) break
    if (at >= startMs) ticks.push(at)
  }
  return ticks
}

/** Round ticks from a round number at or below `low` to one at or above `high`. */
export function valueTicks(low: number, high: number): number[] {
  const span = high - low
  if (!(span > 0)) return [low, low + 1]
  const rough = span / 3
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= rough) ?? 10)
  const ticks: number[] = []
  const first = Math.floor(low / step + 1e-9)
  for (let index = first; index <= first + 8; index++) {
    ticks.push(Number((index * step).toPrecision(12)))
    if (index * step >= high - span * 1e-9) break
  }
  return ticks
}

export function formatUnit(value: number | null, unit: ChartUnit): string {
  if (unit === 'ratio') return value === null ? '–' : `${formatNumber(value)} × limit`
  return formatValue(value, unit)
}

/** Short enough for an axis. */
export function formatAxis(value: number, unit: ChartUnit): string {
  if (unit === 'ratio') return `${formatNumber(value)}×`
  if (unit === 'count' || unit === 'number' || unit === 'distance') {
    if (Math.abs(value) >= 10_000) return `${formatNumber(value / 1_000)}k`
    return formatNumber(value)
  }
  if (unit === 'characters') return formatNumber(value)
  return formatValue(value, unit)
}
