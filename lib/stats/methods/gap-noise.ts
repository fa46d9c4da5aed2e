/**
 * Owns how large half of the summed differences of shares is by chance on given counts: the noise of total variation.
 *
 * When nothing changed, the difference d of a bin's shares has variance v = p(1-p)(1/n+1/m) and its size the moments of a
 * half-normal law; where few rows are expected they are added up over all splits of its rows instead. Sizes of two bins
 * go together as those of normal variables do (`absolute-normal.ts`).
 */
import type { BinCounts } from '@/lib/stats/methods/pair'
import { exactMoments, isFewRows, type SplitNoise } from '@/lib/stats/methods/split-noise'
import { ABSOLUTE_SERIES } from '@/lib/stats/special/absolute-normal'
import { skewedQuantile, skewnessOfDifference } from '@/lib/stats/special/cornish-fisher'
import { normalQuantile } from '@/lib/stats/special/normal'

const gap = (p: number, q: number) => Math.abs(p - q)

/** @param counts both sides not empty @returns mean and variance of the total variation */
export function gapNoise({ reference, current }: BinCounts): SplitNoise {
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0)
  const [n, m] = [total(reference), total(current)]
  const h = 1 / n + 1 / m
  let [mean, variance] = [0, 0]
  const sums = ABSOLUTE_SERIES.map(() => 0)
  const squares = ABSOLUTE_SERIES.map(() => 0)
  for (let j = 0; j < reference.length; j++) {
    const t = reference[j]! + current[j]!
    const share = t / (n + m)
    if (share <= 0 || share >= 1) continue
    const v = share * (1 - share) * h
    if (isFewRows(t, n, m)) {
      const split = exactMoments(t, n, m, gap)
      mean += split.mean * Math.sqrt(1 - share)
      variance += split.variance * (1 - share)
    } else {
      mean += Math.sqrt((2 * v) / Math.PI)
      variance += v * (1 - 2 / Math.PI)
    }
    // ρ² of two bins is the product of their odds, so that each power of it is a product too.
    const odds = share / (1 - share)
    let part = Math.sqrt(v)
    for (let k = 0; k < ABSOLUTE_SERIES.length; k++) {
      part *= odds
      sums[k]! += part
      squares[k]! += part * part
    }
  }
  ABSOLUTE_SERIES.forEach((factor, k) => {
    variance += (2 / Math.PI) * factor * (sums[k]! ** 2 - squares[k]!)
  })
  return { mean: mean / 2, variance: variance / 4 }
}

/** Deviation of the difference of one bin's shares when nothing changed, and its skewness. */
export interface ShareNoise {
  readonly deviation: number
  readonly skewness: number
}

/** By bin; bins that nothing or everything falls into are left out, and so is the other one of two. */
export function shareNoises({ reference, current }: BinCounts): ShareNoise[] {
  const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0)
  const [n, m] = [total(reference), total(current)]
  const noises = reference.flatMap((count, j) => {
    const share = (count + current[j]!) / (n + m)
    if (share <= 0 || share >= 1) return []
    const variance = share * (1 - share)
    const skewness = skewnessOfDifference((1 - 2 * share) / Math.sqrt(variance), n, m)
    return [{ deviation: Math.sqrt(variance * (1 / n + 1 / m)), skewness }]
  })
  return noises.length === 2 ? noises.slice(0, 1) : noises
}

/** The largest difference that chance gives a single bin with probability alpha. */
export function widestShare(noises: readonly ShareNoise[], alpha: number): number {
  const z = normalQuantile(1 - alpha / 2)
  return noises.reduce(
    (widest, { deviation, skewness }) => Math.max(widest, deviation * skewedQuantile(z, skewness)),
    0,
  )
}
