/**
 * Bootstrap: interval and standard error of any statistic, by drawing the sample again with replacement.
 *
 * Resample b takes n draws of one seeded generator, in order; the interval is cut by linear interpolation between
 * resampled values (percentile method); the error is their deviation with divisor B - 1. The seed belongs to the
 * result. Source: Efron 1979; Efron & Tibshirani 1993; statistics.md section 14; golden `resampling`.
 * Kinds: numeric. Example: a constant sample has an interval of one value and the error 0.
 */
import { createMulberry32 } from '@/lib/stats/mulberry32'
import { type Outcome, undefinedBecause } from '@/lib/stats/outcome'
import { quantileOfSorted } from '@/lib/stats/quantile'
import { deviationOf } from '@/lib/stats/sum'

/** A number from a sample, in any order of its values; it must not change the sample. */
export type SampleStatistic = (values: Float64Array) => number | null

export interface BootstrapOptions {
  readonly seed: number
  /** Number of resamples, at least 2. */
  readonly resamples?: number
  /** 1 minus the level of the interval. */
  readonly alpha?: number
}

export interface Bootstrap {
  readonly estimate: number
  readonly lower: number
  readonly upper: number
  readonly standardError: number
  readonly seed: number
  readonly resamples: number
}

/**
 * @param values finite, at least one
 * @returns `invalid_value` when a value, or the statistic of a resample, is no finite number
 */
export function bootstrap(
  values: ArrayLike<number>,
  statistic: SampleStatistic,
  { seed, resamples = 1_000, alpha = 0.05 }: BootstrapOptions,
): Outcome<Bootstrap> {
  const sample = Float64Array.from(values)
  const n = sample.length
  if (n === 0 || !(resamples >= 2)) return undefinedBecause('too_few_values')
  if (!sample.every(Number.isFinite)) return undefinedBecause('invalid_value')
  const random = createMulberry32(seed)
  const drawn = new Float64Array(n)
  const replicates = new Float64Array(resamples)
  for (let b = 0; b < resamples; b++) {
    for (let i = 0; i < n; i++) drawn[i] = sample[random.below(n)]!
    replicates[b] = statistic(drawn) ?? Number.NaN
  }
  const estimate = statistic(sample)
  const deviation = deviationOf(replicates)
  replicates.sort()
  const answer = {
    estimate: estimate ?? Number.NaN,
    lower: quantileOfSorted(replicates, alpha / 2) ?? Number.NaN,
    upper: quantileOfSorted(replicates, 1 - alpha / 2) ?? Number.NaN,
    standardError: (deviation ?? Number.NaN) * Math.sqrt(resamples / (resamples - 1)),
  }
  if (!Object.values(answer).every(Number.isFinite)) return undefinedBecause('invalid_value')
  return { status: 'ok', ...answer, seed, resamples }
}
