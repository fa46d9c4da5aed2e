/**
 * Jackknife standard error: how a statistic moves when one row is left out.
 *
 * √((n-1)/n Σ(t_i - t̄)²). Right for smooth statistics (mean, deviation); wrong for the median, where the bootstrap
 * serves. Source: Quenouille 1956, Tukey 1958; statistics.md section 14; golden `resampling`.
 * Example: for the mean it is the deviation (divisor n - 1) over √n.
 */
import type { SampleStatistic } from '@/lib/stats/inference/bootstrap'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { deviationOf } from '@/lib/stats/sum'

/**
 * @param values finite, at least two
 * @returns `invalid_value` when a value, or the statistic without a row, is no finite number
 */
export function jackknifeError(
  values: ArrayLike<number>,
  statistic: SampleStatistic,
): Outcome<{ readonly value: number }> {
  const sample = Float64Array.from(values)
  const n = sample.length
  if (n < 2) return undefinedBecause('too_few_values')
  if (!sample.every(Number.isFinite)) return undefinedBecause('invalid_value')
  const rest = sample.slice(1)
  const parts = new Float64Array(n)
  for (let left = 0; left < n; left++) {
    parts[left] = statistic(rest) ?? Number.NaN
    rest[left] = sample[left]!
  }
  const value = (deviationOf(parts) ?? Number.NaN) * Math.sqrt(n - 1)
  return Number.isFinite(value) ? { status: 'ok', value } : undefinedBecause('invalid_value')
}
