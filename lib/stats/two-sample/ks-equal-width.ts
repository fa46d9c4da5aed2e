/**
 * Kolmogorov–Smirnov on equal-width bins of the reference range, as NannyML computes it for 10,000 rows and more.
 *
 * A lower bound of the exact statistic: current values above the range never enter. For comparison only.
 * Kinds: numeric. Range 0 … 1, no p-value. Source: statistics.md 3.2; golden `ks_nannyml_estimated`.
 * Example: {0, 1} and {2, 2} give 1 at any number of bins.
 * Sensitive to: what KS is, inside the range of the reference.
 */
import { countInBins, equalWidthEdges } from '@/lib/stats/divergence/histogram-edges'
import { type Score, undefinedBecause } from '@/lib/stats/outcome'
import { samplePair } from '@/lib/stats/two-sample/samples'

/** NannyML's number of bins. */
export const NANNYML_BINS = 10_000

/**
 * @param reference finite values in any order
 * @param current finite values in any order
 * @param bins at least 1
 */
export function ksOnEqualWidthBins(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  bins: number = NANNYML_BINS,
): Score {
  const pair = samplePair(reference, current, 1)
  if (pair.status !== 'ok') return pair
  if (!Number.isInteger(bins) || bins < 1) return undefinedBecause('invalid_value')
  const { x, y } = pair
  let low = x.reduce((least, value) => Math.min(least, value))
  let high = x.reduce((most, value) => Math.max(most, value))
  if (!Number.isFinite(high - low)) {
    // Halving both samples keeps the order and the range finite.
    for (const values of [x, y]) for (let i = 0; i < values.length; i++) values[i]! /= 2
    low /= 2
    high /= 2
  }
  const edges = equalWidthEdges(low, high, bins)
  const [n, m] = [x.length, y.length]
  const p = countInBins(x, edges)
  const q = countInBins(y, edges)
  let inReference = 0
  let inCurrent = y.reduce((count, value) => (value < low ? count + 1 : count), 0)
  let largest = 0
  for (let j = 0; j < bins; j++) {
    inReference += p[j]!
    inCurrent += q[j]!
    largest = Math.max(largest, Math.abs(inReference * m - inCurrent * n))
  }
  return { status: 'ok', value: largest / (n * m) }
}
