/**
 * Two-sample Kolmogorov–Smirnov from counts on shared cells: a proven interval around the exact statistic.
 *
 * Sensitive to: any change of distribution, most in the middle. Kinds: numeric. Range 0 … 1, larger is further.
 * Distance with p-value (`kolmogorov.ts`). With Δ the difference of cumulative shares before a cell and p, q the
 * shares inside it: max |Δ| ≤ D ≤ max(|Δ|, Δ + p, q - Δ); cells that hold one value only add no uncertainty.
 * Cumulative counts stay integers and are divided once. Source: statistics.md 3.2 and 15; golden `ks_binned`, `grid_sketch`.
 * Example: reference [5, 5], current [0, 10] on two cells gives [0.5, 0.5 … 1].
 */
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'

/**
 * @param reference counts by cell
 * @param current counts on the same cells
 * @param isPoint whether cell j can hold only one value; none when left out
 * @returns lower and upper end of the exact statistic, or `too_few_values` when a side is empty
 */
export function ksFromCounts(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  isPoint: ((cell: number) => boolean) | null = null,
): Outcome<{ readonly lower: number; readonly upper: number }> {
  if (reference.length !== current.length) return undefinedBecause('length_mismatch')
  let n = 0
  let m = 0
  for (let j = 0; j < reference.length; j++) {
    // Written so that NaN fails too.
    if (!(reference[j]! >= 0 && current[j]! >= 0)) return undefinedBecause('invalid_value')
    n += reference[j]!
    m += current[j]!
  }
  if (!Number.isFinite(n * m)) return undefinedBecause('invalid_value')
  if (n === 0 || m === 0) return undefinedBecause('too_few_values')
  let before = 0
  let lower = 0
  let upper = 0
  // Everything in units of 1/(n·m).
  for (let j = 0; j < reference.length; j++) {
    const p = reference[j]! * m
    const q = current[j]! * n
    if (!isPoint?.(j)) upper = Math.max(upper, before + p, q - before)
    before += p - q
    lower = Math.max(lower, Math.abs(before))
  }
  const unit = n * m
  return { status: 'ok', lower: lower / unit, upper: Math.min(1, Math.max(lower, upper) / unit) }
}
