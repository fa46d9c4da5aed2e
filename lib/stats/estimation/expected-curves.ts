/**
 * ROC AUC and average precision that are to be expected when each label is only known as a probability.
 *
 * Rows go by falling score, of equal scores the last first; each adds p to the positives and 1 - p to the negatives.
 * Both running sums are rounded to five decimals, the halves to even, as NannyML does. Range 0 … 1.
 * Source: NannyML, confidence-based performance estimation; statistics.md 12.1; golden `cbpe_binary`.
 */
import { ascendingOrder } from '@/lib/stats/sort-order'

const FIFTH_DECIMAL = 1e5

function roundToFiveDecimals(value: number): number {
  const scaled = value * FIFTH_DECIMAL
  const below = Math.floor(scaled)
  const rest = scaled - below
  const isUp = rest > 0.5 || (rest === 0.5 && below % 2 !== 0)
  return (isUp ? below + 1 : below) / FIFTH_DECIMAL
}

/**
 * @param probabilities of the positive class, 0 … 1
 * @param scores finite, as many; they only rank the rows
 * @returns both areas; null where no positive (or, for ROC, no negative) is to be expected
 */
export function expectedCurves(
  probabilities: ArrayLike<number>,
  scores: ArrayLike<number>,
): { readonly rocAuc: number | null; readonly averagePrecision: number | null } {
  const n = scores.length
  const order = ascendingOrder(scores)
  let running = 0
  let positives = 0
  let negatives = 0
  let rocArea = 0
  let precisionArea = 0
  for (let k = 1; k <= n; k++) {
    running += probabilities[order[n - k]!]!
    const nowPositive = roundToFiveDecimals(running)
    const nowNegative = roundToFiveDecimals(k - running)
    rocArea += ((nowNegative - negatives) * (nowPositive + positives)) / 2
    precisionArea += ((nowPositive - positives) * nowPositive) / k
    positives = nowPositive
    negatives = nowNegative
  }
  return {
    rocAuc: positives > 0 && negatives > 0 ? clip(rocArea / (positives * negatives)) : null,
    averagePrecision: positives > 0 ? clip(precisionArea / positives) : null,
  }
}

/** Rounded sums may pass the end by the last digit. */
const clip = (area: number) => Math.min(1, Math.max(0, area))
