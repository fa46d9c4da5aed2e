/** Owns the suspicion that a numeric column changed its unit: all values scaled by a well-known factor. */
import type { ReferenceColumn } from '@/lib/monitor/reference'
import type { GridSummary } from '@/lib/summary/types'

/** How close the ratio must come to a known factor (statistics.md section 16). */
const TOLERANCE = 0.02
/** The spread must have scaled with the mean, or the whole distribution did not. */
const SPREAD_TOLERANCE = 0.25
/** Drift reaches a factor of two or so by itself: there both must fit closely. */
const SMALL_FACTOR = 5
const SMALL_FACTOR_SPREAD_TOLERANCE = 0.05
const MIN_ROWS = 30

/** Powers of ten, centimetres an inch, the step of Fahrenheit, kilograms a pound. */
const KNOWN_FACTORS = [10, 100, 1e3, 1e4, 1e5, 1e6, 1e9, 2.54, 1.8, 0.4536] as const

/** Shares and probabilities before and after: they have no unit that could change. */
function areShares(
  ...moments: readonly { readonly min: number | null; readonly max: number | null }[]
): boolean {
  return moments.every(({ min, max }) => (min ?? 0) >= 0 && (max ?? 0) <= 1)
}

export interface UnitChange {
  /** Current values are about this many times the reference's. */
  readonly factor: number
  readonly sentence: string
}

function isNear(value: number, target: number, tolerance: number): boolean {
  return Math.abs(value / target - 1) <= tolerance
}

function scaled(name: string, factor: number): string {
  const size = factor >= 1 ? factor : 1 / factor
  const words = Number(size.toPrecision(3)).toLocaleString('en-US')
  return `Values of ${name} are ${words} times ${factor >= 1 ? 'larger' : 'smaller'} than in the reference: its unit seems to have changed.`
}

/**
 * @returns the factor and a sentence when mean and spread both moved by a known factor (or from degrees Celsius to
 * Fahrenheit and back), else null. Means are used because the median of values beyond the grid is not known.
 */
export function findUnitChange(column: ReferenceColumn, summary: GridSummary): UnitChange | null {
  const reference = column.profile.moments
  const current = summary.moments
  if (!reference || current.n < MIN_ROWS || column.deviation === 0) return null
  if (areShares(reference, current)) return null
  const deviation = Math.sqrt(Math.max(0, current.m2) / current.n)
  const spread = deviation / column.deviation
  const ratio = current.mean / reference.mean
  const { name } = column.profile
  if (Number.isFinite(ratio) && ratio > 0) {
    // Chance moves a mean too: allow three standard errors beyond the tolerance, within reason.
    const chance = Math.min(0.05, (3 * deviation) / Math.sqrt(current.n) / Math.abs(current.mean))
    const tolerance = Math.max(TOLERANCE, chance)
    for (const factor of KNOWN_FACTORS) {
      const close = Math.max(SMALL_FACTOR_SPREAD_TOLERANCE, 2 / Math.sqrt(2 * current.n))
      const spreadTolerance = factor < SMALL_FACTOR ? close : SPREAD_TOLERANCE
      for (const candidate of [factor, 1 / factor]) {
        if (isNear(ratio, candidate, tolerance) && isNear(spread, candidate, spreadTolerance)) {
          return { factor: candidate, sentence: scaled(name, candidate) }
        }
      }
    }
  }
  return findTemperature(column, current.mean, spread)
}

function findTemperature(column: ReferenceColumn, mean: number, spread: number): UnitChange | null {
  const reference = column.profile.moments
  if (!reference) return null
  const near = (expected: number) => Math.abs(mean - expected) <= 0.25 * column.deviation
  if (isNear(spread, 1.8, 0.1) && near(reference.mean * 1.8 + 32)) {
    return {
      factor: 1.8,
      sentence: `${column.profile.name} seems to have changed from degrees Celsius to Fahrenheit.`,
    }
  }
  if (isNear(spread, 1 / 1.8, 0.1) && near((reference.mean - 32) / 1.8)) {
    return {
      factor: 1 / 1.8,
      sentence: `${column.profile.name} seems to have changed from degrees Fahrenheit to Celsius.`,
    }
  }
  return null
}
