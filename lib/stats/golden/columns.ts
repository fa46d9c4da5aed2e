/** Owns the small conversions between golden columns and what kernels take. */
import type { Column } from '@/lib/stats/golden/case'

/** A numeric column without its missing values. */
export function numbersOf(column: Column | undefined): Float64Array {
  return Float64Array.from((column ?? []).filter((value) => typeof value === 'number'))
}

/** A column of any type without its missing values. */
export function presentOf(column: Column | undefined): (number | string)[] {
  return (column ?? []).filter((value) => value !== null)
}

/** Consecutive slices of ceil(length / parts) rows. */
export function slicesOf(values: Float64Array, parts: number): Float64Array[] {
  const size = Math.ceil(values.length / parts)
  const slices: Float64Array[] = []
  for (let start = 0; start < values.length; start += size) slices.push(values.subarray(start, start + size))
  return slices
}
