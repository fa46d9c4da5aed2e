/** Owns suspecting features that give the label away: they will not be there, or not be the same, when it counts. */

import type { ColumnProfile } from '@/lib/domain/profile'
import { type Grid, gridFromEdges, locateCell } from '@/lib/stats/grid/grid'

/** A single feature that ranks or names the label this well is more likely a mistake than a good feature. */
const SUSPICIOUS_AUC = 0.995
const SUSPICIOUS_PURITY = 0.999
const SUSPICIOUS_CORRELATION = 0.9999
const MIN_ROWS = 100

/** How well a numeric feature ranks two classes, 0.5 … 1, from counts on its grid: ties within a cell count half. */
export function rankingAuc(
  grid: Grid,
  values: Float64Array,
  labels: readonly (string | null)[],
  positiveClass: string,
): number | null {
  const positive = new Float64Array(grid.cellCount)
  const negative = new Float64Array(grid.cellCount)
  for (const [row, value] of values.entries()) {
    const label = labels[row]
    if (Number.isNaN(value) || label === null || label === undefined) continue
    const cell = locateCell(grid, value)
    const side = label === positiveClass ? positive : negative
    side[cell] = (side[cell] ?? 0) + 1
  }
  let won = 0
  let below = 0
  let positives = 0
  for (const [cell, count] of positive.entries()) {
    const others = negative[cell] ?? 0
    won += count * (below + others / 2)
    below += others
    positives += count
  }
  if (positives === 0 || below === 0 || positives + below < MIN_ROWS) return null
  const auc = won / (positives * below)
  return Math.max(auc, 1 - auc)
}

/** Share of rows whose label is the most frequent one of their category, and of all rows. */
export function purity(
  values: readonly (string | null)[],
  labels: readonly (string | null)[],
): { byCategory: number; overall: number; n: number } {
  const byCategory = new Map<string, Map<string, number>>()
  const overall = new Map<string, number>()
  let n = 0
  for (const [row, value] of values.entries()) {
    const label = labels[row]
    if (value === null || label === null || label === undefined) continue
    const counts = byCategory.get(value) ?? new Map<string, number>()
    counts.set(label, (counts.get(label) ?? 0) + 1)
    byCategory.set(value, counts)
    overall.set(label, (overall.get(label) ?? 0) + 1)
    n++
  }
  const best = (counts: ReadonlyMap<string, number>) => Math.max(0, ...counts.values())
  const sum = [...byCategory.values()].reduce((total, counts) => total + best(counts), 0)
  return { byCategory: n === 0 ? 0 : sum / n, overall: n === 0 ? 0 : best(overall) / n, n }
}

/** Pearson correlation of pairs without missing values; null without variation. */
export function correlation(a: Float64Array, b: Float64Array): number | null {
  let n = 0
  let meanA = 0
  let meanB = 0
  let varA = 0
  let varB = 0
  let both = 0
  for (const [row, x] of a.entries()) {
    const y = b[row] ?? Number.NaN
    if (Number.isNaN(x) || Number.isNaN(y)) continue
    n++
    const dx = x - meanA
    const dy = y - meanB
    meanA += dx / n
    meanB += dy / n
    varA += dx * (x - meanA)
    varB += dy * (y - meanB)
    both += dx * (y - meanB)
  }
  const r = both / Math.sqrt(varA * varB)
  return n < MIN_ROWS || !Number.isFinite(r) ? null : r
}

const suspicion = (name: string, why: string) =>
  `"${name}" ${why}; it may hold the answer itself. Ignore it unless it is known when the model predicts.`

/** A warning when a numeric feature ranks the classes too well. */
export function warnOfRanking(
  column: ColumnProfile,
  values: Float64Array,
  labels: readonly (string | null)[],
  positiveClass: string,
): string | null {
  if (!column.grid) return null
  const auc = rankingAuc(gridFromEdges(column.grid.edges, column.grid.heavy), values, labels, positiveClass)
  return auc !== null && auc >= SUSPICIOUS_AUC
    ? suspicion(column.name, 'alone tells the classes apart')
    : null
}

/** A warning when the categories of a feature name the class. */
export function warnOfPurity(
  column: ColumnProfile,
  values: readonly (string | null)[],
  labels: readonly (string | null)[],
): string | null {
  // With few rows a category each, any column would seem pure.
  if (column.distinct * 20 > column.rows) return null
  const { byCategory, overall, n } = purity(values, labels)
  const isSuspicious = n >= MIN_ROWS && byCategory >= SUSPICIOUS_PURITY && overall < 0.98
  return isSuspicious ? suspicion(column.name, 'alone tells the classes apart') : null
}

/** A warning when a numeric feature is the target in another unit. */
export function warnOfCorrelation(
  column: ColumnProfile,
  values: Float64Array,
  target: Float64Array,
): string | null {
  const r = correlation(values, target)
  return r !== null && Math.abs(r) >= SUSPICIOUS_CORRELATION
    ? suspicion(column.name, 'follows the target exactly')
    : null
}
