/** Owns ticks of time axes and the words on value axes. */

import type { ChartUnit } from '@/app/charts/time-chart-props'
import { formatNumber, formatValue } from '@/app/format'
import { type UnitScale, unitScale } from '@/lib/domain/unit-scale'

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
  // Beyond two days ticks are labelled by their day: two of one day would read the same.
  const least = endMs - startMs > 2 * DAY ? DAY : MINUTE
  const stepMs = STEPS.find((step) => step >= least && (endMs - startMs) / step <= count) ?? 365 * DAY
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

/** Factors of a power of ten that make a round step, in tenths so that they stay whole numbers. */
const ROUND_TENTHS = [10, 20, 25, 50, 100]

/**
 * Round ticks from a round number at or below `low` to one at or above `high`, two to five of them. Each is a whole
 * multiple of a power of ten, divided once: steps added up would drift away from the round numbers.
 * @param unit rates and bytes get ticks that are round in the unit that the axis is written in
 */
export function valueTicks(low: number, high: number, unit: ChartUnit = 'number'): number[] {
  const { factor } = axisScale(high, unit)
  return roundTicks(low * factor, high * factor).map((tick) => tick / factor)
}

function roundTicks(low: number, high: number): number[] {
  const span = high - low
  // Where neighbouring numbers are as far apart as ticks would be, the line is flat.
  if (!(span > 16 * Number.EPSILON * Math.max(Math.abs(low), Math.abs(high)))) {
    return [low, low + Math.max(1, Math.abs(low) * 1e-6)]
  }
  const rough = span / 3
  const exponent = Math.floor(Math.log10(rough))
  const tenths = ROUND_TENTHS.find((factor) => (factor / 10) * 10 ** exponent >= rough) ?? 100
  const at = (index: number) => scaled(index * tenths, exponent - 1)
  const slack = span * 1e-9
  let index = Math.floor(low / at(1))
  while (at(index) > low + slack) index--
  while (at(index + 1) <= low + slack) index++
  const ticks = [at(index)]
  while ((ticks.at(-1) ?? high) < high - slack) ticks.push(at(++index))
  return ticks
}

/** `whole` × 10^exponent, rounded once: dividing by a power of ten is exact where multiplying by a fraction is not. */
function scaled(whole: number, exponent: number): number {
  // Adding 0 turns -0 into 0.
  return (exponent < 0 ? whole / 10 ** -exponent : whole * 10 ** exponent) + 0
}

/** The unit that an axis up to `top` is written in, where it is not its own: rates by unit of time, bytes by powers of 1024. */
function axisScale(top: number, unit: ChartUnit): UnitScale {
  if (unit === 'per_second') return unitScale(top, unit) ?? { factor: 1, sign: '' }
  if (unit !== 'bytes') return { factor: 1, sign: '' }
  const power = Math.max(0, Math.floor(Math.log2(Math.max(1, Math.abs(top))) / 10))
  return { factor: 1 / 1024 ** power, sign: '' }
}

/** @param like for rates: the unit of time of this one, so that two can be compared */
export function formatUnit(value: number | null, unit: ChartUnit, like = value): string {
  if (unit === 'ratio') return value === null ? '–' : `${formatNumber(value)} × limit`
  return formatValue(value, unit, like)
}

/**
 * Short enough for an axis.
 * @param top the highest tick, by which all ticks of a rate share one unit of time
 */
export function formatAxis(value: number, unit: ChartUnit, top = value): string {
  if (unit === 'ratio') return `${formatNumber(value)}×`
  if (unit === 'per_second') {
    const { factor, sign } = axisScale(top, unit)
    return `${plainAxis(value * factor)}${value === 0 ? '' : sign}`
  }
  if (unit === 'count' || unit === 'number' || unit === 'distance') return plainAxis(value)
  if (unit === 'characters') return formatNumber(value)
  return formatValue(value, unit)
}

function plainAxis(value: number): string {
  return Math.abs(value) >= 10_000 ? `${formatNumber(value / 1_000)}k` : formatNumber(value)
}
