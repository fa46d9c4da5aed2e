/** Compensated sums: the error does not grow with the number of terms. Source: Neumaier 1974. */

/** Sum of finite numbers with Neumaier's compensation; 0 for none. */
export function sumOf(values: ArrayLike<number>): number {
  let sum = 0
  let lost = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    const next = sum + value
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  return sum + lost
}

/** Arithmetic mean; null for no values. */
export function meanOf(values: ArrayLike<number>): number | null {
  return values.length === 0 ? null : sumOf(values) / values.length
}

/** Standard deviation with divisor n, in two passes; null for no values. */
export function deviationOf(values: ArrayLike<number>): number | null {
  const mean = meanOf(values)
  if (mean === null) return null
  // A plain loop: typed arrays made from a mapping function go through an iterator, ten times as slow.
  const squares = new Float64Array(values.length)
  for (let i = 0; i < squares.length; i++) squares[i] = (values[i]! - mean) ** 2
  return Math.sqrt(sumOf(squares) / values.length)
}
