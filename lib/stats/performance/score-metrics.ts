/**
 * Quality of a score for two classes, from counts by score: ROC AUC with its error, average precision, log loss, Brier.
 *
 * Ties count one half. One class only: null. Source: statistics.md 13 and 14; Hanley & McNeil 1982; DeLong et al. 1988;
 * golden `metrics_binary`, `auc_variance`.
 * Example: scores 0.1, 0.4, 0.35, 0.8 with labels 0, 0, 1, 1 give an area of ¾.
 */

import { ascendingOrder } from '@/lib/stats/sort-order'

/** How many negatives and positives have this score. */
export interface ScoreCount {
  readonly score: number
  readonly negative: number
  readonly positive: number
}

/** Smallest distance of a probability from 0 and 1 in the log loss. */
const LOG_LOSS_EDGE = 2.220446049250313e-16

/** Counts by score, ascending, from pairs. @param scores finite @throws RangeError for others */
export function countScores(scores: ArrayLike<number>, labels: ArrayLike<number>): ScoreCount[] {
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isFinite(scores[i])) throw new RangeError('scores are finite numbers')
  }
  const order = ascendingOrder(scores)
  const counts: ScoreCount[] = []
  let i = 0
  while (i < order.length) {
    const score = scores[order[i]!]! + 0
    let negative = 0
    let positive = 0
    do {
      if (labels[order[i]!] === 1) positive++
      else negative++
      i++
    } while (i < order.length && scores[order[i]!] === score)
    counts.push({ score, negative, positive })
  }
  return counts
}

/** A map of counts by score as rows in ascending order. */
export function sortScores(
  counts: ReadonlyMap<number, { negative: number; positive: number }>,
): ScoreCount[] {
  return [...counts].map(([score, count]) => ({ score, ...count })).sort((a, b) => a.score - b.score)
}

export interface AucResult {
  readonly auc: number
  readonly positives: number
  readonly negatives: number
  /** Standard error after Hanley and McNeil. */
  readonly hanleyMcNeil: number
  /** Standard error after DeLong; null when a class has fewer than 2 rows. */
  readonly deLong: number | null
}

/** Standard error of an AUC when only class sizes are known. */
export function hanleyMcNeilError(auc: number, positives: number, negatives: number): number {
  const q1 = auc / (2 - auc)
  const q2 = (2 * auc * auc) / (1 + auc)
  const spread = auc * (1 - auc) + (positives - 1) * (q1 - auc * auc) + (negatives - 1) * (q2 - auc * auc)
  return Math.sqrt(Math.max(0, spread) / (positives * negatives))
}

/** @param counts ascending by score; null when a class is empty */
export function rocAuc(counts: readonly ScoreCount[]): AucResult | null {
  const positives = counts.reduce((sum, count) => sum + count.positive, 0)
  const negatives = counts.reduce((sum, count) => sum + count.negative, 0)
  if (positives === 0 || negatives === 0) return null
  // Twice the number of won pairs stays an integer.
  let twiceWon = 0
  let below = 0
  for (const { negative, positive } of counts) {
    twiceWon += positive * (2 * below + negative)
    below += negative
  }
  const auc = twiceWon / (2 * positives * negatives)
  return {
    auc,
    positives,
    negatives,
    hanleyMcNeil: hanleyMcNeilError(auc, positives, negatives),
    deLong: deLongError(counts, auc, positives, negatives),
  }
}

function deLongError(
  counts: readonly ScoreCount[],
  auc: number,
  positives: number,
  negatives: number,
): number | null {
  if (positives < 2 || negatives < 2) return null
  let negativesBelow = 0
  let positivesAbove = positives
  let ofPositives = 0
  let ofNegatives = 0
  for (const { negative, positive } of counts) {
    positivesAbove -= positive
    ofPositives += positive * ((negativesBelow + negative / 2) / negatives - auc) ** 2
    ofNegatives += negative * ((positivesAbove + positive / 2) / positives - auc) ** 2
    negativesBelow += negative
  }
  return Math.sqrt(ofPositives / (positives - 1) / positives + ofNegatives / (negatives - 1) / negatives)
}

/** Σ (R_k - R_(k-1)) P_k over different scores, descending; null when a class is empty. */
export function averagePrecision(counts: readonly ScoreCount[]): number | null {
  const positives = counts.reduce((sum, count) => sum + count.positive, 0)
  const rows = counts.reduce((sum, count) => sum + count.positive + count.negative, 0)
  if (positives === 0 || positives === rows) return null
  let hits = 0
  let taken = 0
  let sum = 0
  for (let k = counts.length - 1; k >= 0; k--) {
    const { negative, positive } = counts[k]!
    hits += positive
    taken += positive + negative
    sum += (positive / positives) * (hits / taken)
  }
  return sum
}

/** Mean log loss and Brier score of probabilities; null without rows. */
export function probabilityLosses(counts: readonly ScoreCount[]): { logLoss: number; brier: number } | null {
  let n = 0
  let logLoss = 0
  let brier = 0
  for (const { score, negative, positive } of counts) {
    const p = Math.min(1 - LOG_LOSS_EDGE, Math.max(LOG_LOSS_EDGE, score))
    n += negative + positive
    logLoss -= positive * Math.log(p) + negative * Math.log(1 - p)
    brier += positive * (score - 1) ** 2 + negative * score ** 2
  }
  return n === 0 ? null : { logLoss: logLoss / n, brier: brier / n }
}
