/**
 * Area under the ROC curve of a score between two samples, by mid-ranks: P(current > reference) + ½ P(equal).
 * Source: Mann & Whitney 1947; statistics.md 3.3 and 6.2. Example: {1, 2} and {2, 3} give 0.875.
 */

/** @param reference finite scores, and `current` too; both have at least one */
export function separationAuc(reference: Float64Array, current: Float64Array): number {
  const [x, y] = [reference.slice().sort(), current.slice().sort()]
  // Twice the number of won pairs stays an integer.
  let below = 0
  let notAbove = 0
  let twiceWon = 0
  for (let j = 0; j < y.length; j++) {
    while (below < x.length && x[below]! < y[j]!) below++
    while (notAbove < x.length && x[notAbove]! <= y[j]!) notAbove++
    twiceWon += below + notAbove
  }
  return twiceWon / (2 * x.length * y.length)
}

/** Standard deviation of that area when both samples have one law. */
export function separationNoise(n: number, m: number): number {
  return Math.sqrt((n + m + 1) / (12 * n * m))
}
