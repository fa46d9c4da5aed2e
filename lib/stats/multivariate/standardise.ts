/**
 * Column by column to mean 0 and standard deviation 1 (divisor n), by the means and deviations of some rows.
 *
 * Two passes with compensated means. Columns of extreme size are first scaled by a power of two, which is exact: neither
 * 1e300 nor subnormal numbers overflow or vanish. Source: statistics.md 6.1 and section 18.
 */
import type { Matrix } from '@/lib/stats/multivariate/matrix'

/** A cell further than this many deviations away counts as this far, so that squares of cells stay finite. */
export const FURTHEST = 1e100

/** Columns whose largest value is outside these are scaled. */
const COMFORTABLE = [1e-100, 1e100] as const

export interface Standardisation {
  /** Powers of two that the columns are multiplied by first. */
  readonly scales: Float64Array
  /** Means and deviations of the scaled columns; the deviation of a constant column is 1. */
  readonly means: Float64Array
  readonly deviations: Float64Array
  /** 1 where a column has one value only. */
  readonly constant: Uint8Array
}

function scaleFor(largest: number): number {
  if (largest === 0 || (largest >= COMFORTABLE[0] && largest <= COMFORTABLE[1])) return 1
  return 2 ** -Math.max(-1000, Math.floor(Math.log2(largest)))
}

function scalesAndConstants(samples: readonly Matrix[], columns: number) {
  const scales = new Float64Array(columns)
  const constant = new Uint8Array(columns).fill(1)
  const first = samples.find((sample) => sample.rows > 0)?.cells
  for (const { rows, cells } of samples) {
    for (let i = 0, at = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++, at++) {
        const value = cells[at]!
        if (value !== first![j]) constant[j] = 0
        if (Math.abs(value) > scales[j]!) scales[j] = Math.abs(value)
      }
    }
  }
  return { scales: scales.map(scaleFor), constant }
}

function meansOf(samples: readonly Matrix[], scales: Float64Array, n: number): Float64Array {
  const sums = new Float64Array(scales.length)
  const lost = new Float64Array(scales.length)
  for (const { rows, cells } of samples) {
    for (let i = 0, at = 0; i < rows; i++) {
      for (let j = 0; j < sums.length; j++, at++) {
        const sum = sums[j]!
        const value = cells[at]! * scales[j]!
        const next = sum + value
        lost[j]! += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
        sums[j] = next
      }
    }
  }
  return sums.map((sum, j) => (sum + lost[j]!) / n)
}

/** Pooled means and deviations of all rows of the samples, which have the same columns; at least one row. */
export function standardisationOf(...samples: readonly Matrix[]): Standardisation {
  const columns = samples[0]?.columns ?? 0
  const n = samples.reduce((sum, sample) => sum + sample.rows, 0)
  const { scales, constant } = scalesAndConstants(samples, columns)
  const means = meansOf(samples, scales, n)
  const deviations = new Float64Array(columns)
  for (const { rows, cells } of samples) {
    for (let i = 0, at = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++, at++) deviations[j]! += (cells[at]! * scales[j]! - means[j]!) ** 2
    }
  }
  for (let j = 0; j < columns; j++) {
    deviations[j] = constant[j] ? 1 : Math.sqrt(deviations[j]! / n)
    // The mean of equal values may be off in the last digit; then the first value is the mean.
    if (constant[j]) means[j] = samples.find((sample) => sample.rows > 0)!.cells[j]! * scales[j]!
  }
  return { scales, means, deviations, constant }
}

/** The standardised cells of a matrix of the same columns; every cell is finite. */
export function standardised({ rows, columns, cells }: Matrix, by: Standardisation): Float64Array {
  const { scales, means, deviations } = by
  const result = new Float64Array(cells.length)
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at++) {
      const value = (cells[at]! * scales[j]! - means[j]!) / deviations[j]!
      result[at] = Math.min(FURTHEST, Math.max(-FURTHEST, value))
    }
  }
  return result
}
