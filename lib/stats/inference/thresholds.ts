/**
 * Limits learnt from a history of values: mean ± k·sd, median ± k·MAD, and a band per season.
 *
 * Source: statistics.md section 9; golden `thresholds`.
 * Kinds: values of windows, gaps allowed. Example: 1, 2, 3 give 2 ± 2.449 at three deviations.
 */
import { medianOf } from '@/lib/stats/quantile'
import { deviationOf, meanOf } from '@/lib/stats/sum'

/** 1/Φ⁻¹(¾): makes the median absolute deviation comparable with a standard deviation. */
export const MAD_TO_SIGMA = 1.482602218505602

export interface Band {
  readonly lower: number
  readonly upper: number
}

/** Natural ends of the metric: a bound beyond them is moved to them. */
export interface Ends {
  readonly lowest?: number
  readonly highest?: number
}

/** @throws RangeError for a value that is no finite number */
function present(values: readonly (number | null)[]): number[] {
  const history = values.filter((value) => value !== null)
  if (!history.every(Number.isFinite)) throw new RangeError('a history is of finite values, and gaps')
  return history
}

function limited(
  band: Band,
  { lowest = Number.NEGATIVE_INFINITY, highest = Number.POSITIVE_INFINITY }: Ends,
): Band {
  return { lower: Math.max(band.lower, lowest), upper: Math.min(band.upper, highest) }
}

/** Mean ± k standard deviations (divisor n); null without values. */
export function deviationBand(values: readonly (number | null)[], k = 3, ends: Ends = {}): Band | null {
  const history = present(values)
  const mean = meanOf(history)
  const deviation = deviationOf(history)
  if (mean === null || deviation === null) return null
  return limited({ lower: mean - k * deviation, upper: mean + k * deviation }, ends)
}

/** Median ± k·1.4826·MAD: one bad window does not move it; null without values. */
export function madBand(values: readonly (number | null)[], k = 3, ends: Ends = {}): Band | null {
  const history = present(values)
  const median = medianOf(history)
  if (median === null) return null
  const mad = medianOf(history.map((value) => Math.abs(value - median))) ?? 0
  const half = k * MAD_TO_SIGMA * mad
  return limited({ lower: median - half, upper: median + half }, ends)
}

/**
 * One MAD band per position of the season (value i has position i mod period); positions with fewer than
 * `minHistory` values or a band of no width use the band of all values. Empty without values.
 */
export function seasonalBands(
  values: readonly (number | null)[],
  period: number,
  k = 3,
  minHistory = 4,
): Band[] {
  const overall = madBand(values, k)
  if (!overall) return []
  return Array.from({ length: period }, (_, position) => {
    const own = present(values.filter((_, index) => index % period === position))
    const band = own.length < minHistory ? null : madBand(own, k)
    return band && band.lower < band.upper ? band : overall
  })
}
