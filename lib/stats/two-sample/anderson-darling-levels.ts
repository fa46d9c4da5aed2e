/**
 * Owns the critical values of the two-sample Anderson–Darling test and the parabola of ln p through them.
 * Source: Scholz & Stephens 1987, table 1 (coefficients), with one degree of freedom for two samples; statistics.md 3.5.
 */

const LEVELS = [0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001]
const B0 = [0.675, 1.281, 1.645, 1.96, 2.326, 2.573, 3.085]
const B1 = [-0.245, 0.25, 0.678, 1.149, 1.822, 2.364, 3.615]
const B2 = [-0.105, -0.305, -0.362, -0.391, -0.396, -0.345, -0.154]

/** Critical values, ascending, by level. */
export const criticalValues: readonly number[] = B0.map((b0, i) => b0 + B1[i]! + B2[i]!)

export const SMALLEST_LEVEL = 0.001

/**
 * Least-squares parabola through seven points, by Forsythe's orthogonal polynomials: no matrix, no cancellation.
 */
function parabola(xs: readonly number[], ys: readonly number[]): (x: number) => number {
  const n = xs.length
  const total = (terms: readonly number[]) => terms.reduce((sum, term) => sum + term, 0)
  const middle = total(xs) / n
  const first = xs.map((x) => x - middle)
  const norm1 = total(first.map((p) => p * p))
  const shift = total(first.map((p) => p ** 3)) / norm1
  const square = (p: number) => (p - shift) * p - norm1 / n
  const second = first.map(square)
  const norm2 = total(second.map((p) => p * p))
  const c0 = total(ys) / n
  const c1 = total(ys.map((y, i) => y * first[i]!)) / norm1
  const c2 = total(ys.map((y, i) => y * second[i]!)) / norm2
  return (x) => c0 + c1 * (x - middle) + c2 * square(x - middle)
}

/** ln p as a function of the statistic, good between `lowest` and `highest`. */
export const logPValueCurve = {
  lowest: criticalValues[0]!,
  highest: criticalValues[criticalValues.length - 1]!,
  largestLevel: LEVELS[0]!,
  at: parabola(criticalValues, LEVELS.map(Math.log)),
}
