/** Owns the shape in which merged summaries reach a drift method: reference and current, on shared cells or categories. */

import type { Grid, GridCounts } from '@/lib/stats/grid/grid'
import { coarsenGrid, countsOnBins } from '@/lib/stats/grid/grid-coarsen'

/** A numeric column counted on its reference grid. */
export interface NumericPair {
  readonly kind: 'numeric'
  readonly grid: Grid
  readonly reference: GridCounts
  readonly current: GridCounts
  /** Standard deviation of the reference (divisor n). */
  readonly deviation: number
}

/** A categorical column: counts of the union of both sides' categories. */
export interface CategoryPair {
  readonly kind: 'categorical'
  readonly labels: readonly string[]
  readonly reference: readonly number[]
  readonly current: readonly number[]
}

export type Pair = NumericPair | CategoryPair

/** Counts of both sides on shared bins. */
export interface BinCounts {
  readonly reference: readonly number[]
  readonly current: readonly number[]
}

/** Reference-quantile bins inside the reference range that divergences use (statistics.md 4.2). */
export const DIVERGENCE_BINS = 10

/** Bins for divergences: the categories, or 10 reference-quantile unions of cells and the two open ends. */
export function binCounts(pair: Pair): BinCounts {
  if (pair.kind === 'categorical') return pair
  const bins = coarsenGrid(pair.grid, pair.reference, DIVERGENCE_BINS)
  return {
    reference: countsOnBins(bins, pair.reference.counts),
    current: countsOnBins(bins, pair.current.counts),
  }
}

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0)

/** Sample sizes after dropping missing values. */
export function pairSizes(pair: Pair): { readonly n: number; readonly m: number } {
  if (pair.kind === 'numeric') return { n: pair.reference.n, m: pair.current.n }
  return { n: total(pair.reference), m: total(pair.current) }
}

/** 1/n + 1/m, which every noise floor grows with. */
export function sizeFactor(pair: Pair): number {
  const { n, m } = pairSizes(pair)
  return 1 / n + 1 / m
}

/** Bins that are not empty on both sides. */
export function occupiedBins({ reference, current }: BinCounts): number {
  return reference.filter((count, j) => count + current[j]! > 0).length
}

/** Categories of both sides in one list, by label: counts missing on a side are 0. */
export function alignCategories(
  reference: ReadonlyMap<string, number>,
  current: ReadonlyMap<string, number>,
): CategoryPair {
  const labels = [...new Set([...reference.keys(), ...current.keys()])].sort()
  return {
    kind: 'categorical',
    labels,
    reference: labels.map((label) => reference.get(label) ?? 0),
    current: labels.map((label) => current.get(label) ?? 0),
  }
}
