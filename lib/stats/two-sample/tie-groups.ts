/** Owns the walk over two sorted samples, one step for each different value; ranks and distribution steps come from it. */

/**
 * What a step sees.
 * @param value the value (0 and -0 are one)
 * @param a how often x has it
 * @param b how often y has it
 * @param i how many x are smaller
 * @param j how many y are smaller
 */
export type TieVisitor = (value: number, a: number, b: number, i: number, j: number) => void

/** Calls `visit` for each different value, ascending. Both samples are sorted and free of NaN. */
export function visitTies(x: Float64Array, y: Float64Array, visit: TieVisitor): void {
  const [n, m] = [x.length, y.length]
  let [i, j] = [0, 0]
  while (i < n || j < m) {
    const value = j >= m || (i < n && x[i]! <= y[j]!) ? x[i]! : y[j]!
    const [firstX, firstY] = [i, j]
    while (i < n && x[i] === value) i++
    while (j < m && y[j] === value) j++
    visit(value, i - firstX, j - firstY, firstX, firstY)
  }
}
