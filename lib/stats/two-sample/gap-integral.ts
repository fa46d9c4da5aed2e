/**
 * Owns ∫|F-G|^k of two sorted samples, k 1 or 2, in one pass: the area that distances between distributions come from.
 * It must not know units: values are scaled before, so that nothing overflows.
 */

/**
 * Compensated sum (Neumaier). Ties need no groups: the gap between them is 0.
 * @param x finite values, ascending, at least one
 * @param y the same
 */
export function gapIntegral(x: Float64Array, y: Float64Array, power: 1 | 2): number {
  const [n, m] = [x.length, y.length]
  const rows = n * m
  let [i, j, sum, lost] = [0, 0, 0, 0]
  let previous = Math.min(x[0]!, y[0]!)
  // F-G before the value, in units of 1/(n·m): whole numbers, so nothing adds up but the answer.
  let gap = 0
  while (i < n || j < m) {
    const isFromX = j >= m || (i < n && x[i]! <= y[j]!)
    const value = isFromX ? x[i]! : y[j]!
    const share = Math.abs(gap) / rows
    const term = (power === 1 ? share : share * share) * (value - previous)
    const next = sum + term
    lost += sum >= term ? sum - next + term : term - next + sum
    sum = next
    previous = value
    if (isFromX) {
      i++
      gap += m
    } else {
      j++
      gap -= n
    }
  }
  return sum + lost
}
