/** Quantiles of a sample by linear interpolation between order statistics (type 7, the usual default). Source: Hyndman & Fan 1996. */

/**
 * @param sorted finite values, ascending
 * @param probability 0 … 1
 * @returns the value at position probability · (n - 1), or null for no values
 */
export function quantileOfSorted(sorted: ArrayLike<number>, probability: number): number | null {
  const n = sorted.length
  if (n === 0) return null
  const position = Math.min(1, Math.max(0, probability)) * (n - 1)
  const below = Math.floor(position)
  const low = sorted[below]!
  const high = sorted[Math.min(n - 1, below + 1)]!
  return low + (high - low) * (position - below)
}

/** Median of values in any order; null for none. */
export function medianOf(values: ArrayLike<number>): number | null {
  return quantileOfSorted(Float64Array.from(values).sort(), 0.5)
}
