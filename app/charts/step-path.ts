/** Owns the path of a step line. Knows numbers only. */
import type { PlotRow } from '@/app/charts/plot-rows'

/**
 * SVG path of the values of one key: each holds until the next row, null breaks the line. Steps of equal value are
 * one stroke, so that a calm month is short.
 *
 * @param x pixels of a row's instant
 * @param y pixels of a value
 */
export function stepPath(
  rows: readonly PlotRow[],
  key: string,
  x: (atMs: number) => number,
  y: (value: number) => number,
): string {
  let path = ''
  let level: number | null = null
  let reached = 0
  for (const row of rows) {
    const value = row[key] ?? null
    const at = round(x(row.t))
    const height = value === null ? null : round(y(value))
    if (height === level) {
      reached = at
      continue
    }
    // A line ends where its last value was said, and only goes on to here if it has another one.
    if (level !== null) path += `H${height === null ? reached : at}`
    if (height !== null) path += level === null ? `M${at} ${height}` : `V${height}`
    level = height
    reached = at
  }
  return level === null ? path : `${path}H${reached}`
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10
}
