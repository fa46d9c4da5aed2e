/**
 * Corrections of p-values for testing many things at once.
 *
 * Bonferroni and Holm bound the chance of any false alarm; Benjamini–Hochberg (ours) the expected share of false
 * alarms among alarms; Benjamini–Yekutieli the same under any dependence. Undefined tests are left out beforehand.
 * Source: Benjamini & Hochberg 1995; statistics.md section 7; golden `multiple_testing`.
 * Kinds: p-values; corrected ones lie in 0 … 1. Example: 0.01, 0.04, 0.03 become 0.03, 0.04, 0.04 (ours).
 */

export type Correction = 'bonferroni' | 'holm' | 'benjamini_hochberg' | 'benjamini_yekutieli'

function ascendingOrder(pValues: readonly number[]): number[] {
  return pValues.map((_, index) => index).sort((a, b) => pValues[a]! - pValues[b]!)
}

function stepUp(pValues: readonly number[], factor: number): number[] {
  const m = pValues.length
  const adjusted = new Array<number>(m)
  let smallest = 1
  const order = ascendingOrder(pValues)
  for (let rank = m; rank >= 1; rank--) {
    const index = order[rank - 1]!
    smallest = Math.min(smallest, (pValues[index]! * m * factor) / rank)
    adjusted[index] = smallest
  }
  return adjusted
}

function stepDown(pValues: readonly number[]): number[] {
  const m = pValues.length
  const adjusted = new Array<number>(m)
  let largest = 0
  ascendingOrder(pValues).forEach((index, position) => {
    largest = Math.max(largest, Math.min(1, pValues[index]! * (m - position)))
    adjusted[index] = largest
  })
  return adjusted
}

/**
 * Adjusted p-values, in the order given; reject where adjusted ≤ alpha.
 * @param pValues each 0 … 1
 * @throws RangeError for what is no chance
 */
export function adjustPValues(pValues: readonly number[], correction: Correction): number[] {
  // Sums of chances may pass 1 by a rounding; what is below 0 or no number is none.
  if (pValues.some((p) => !(p >= 0))) throw new RangeError('a p-value is a number from 0 to 1')
  switch (correction) {
    case 'bonferroni':
      return pValues.map((p) => Math.min(1, p * pValues.length))
    case 'holm':
      return stepDown(pValues)
    case 'benjamini_hochberg':
      return stepUp(pValues, 1)
    case 'benjamini_yekutieli':
      return stepUp(
        pValues,
        pValues.reduce((sum, _, index) => sum + 1 / (index + 1), 0),
      )
  }
}
